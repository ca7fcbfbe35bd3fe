//! Which numbers were here before (RFC 3711 §3.3.2).

/// How far below the highest number is remembered.
const REMEMBERED: u64 = 128;

/// The numbers of late. What is too old to be remembered counts as having been here.
#[derive(Debug, Default)]
pub(crate) struct Window {
    highest: Option<u64>,
    /// Bit n: the number n below the highest.
    seen: u128,
}

impl Window {
    pub(crate) fn is_new(&self, number: u64) -> bool {
        match self.highest {
            Some(highest) if number <= highest => {
                let below = highest.saturating_sub(number);
                below < REMEMBERED && self.seen >> below & 1 == 0
            }
            _ => true,
        }
    }

    pub(crate) fn mark(&mut self, number: u64) {
        let highest = self.highest.unwrap_or(number);
        if number >= highest {
            let above = number.saturating_sub(highest);
            self.seen = if above < REMEMBERED { self.seen << above } else { 0 } | 1;
            self.highest = Some(number);
        } else if highest.saturating_sub(number) < REMEMBERED {
            self.seen |= 1 << highest.saturating_sub(number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_new_once_and_what_is_too_old_never() {
        let mut window = Window::default();
        for number in [5, 3, 4, 200, 90, 199, 5000] {
            assert!(window.is_new(number), "{number}");
            window.mark(number);
            assert!(!window.is_new(number), "{number}");
        }
        assert!(!window.is_new(200) && !window.is_new(4872) && window.is_new(4873) && window.is_new(5001));
    }
}
