//! The room's keys.

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortcut {
    /// Microphone on or off.
    Microphone,
    /// Camera on or off.
    Camera,
    /// Screen shared or not.
    Share,
    /// Hand up or down.
    Hand,
    /// Chat open or closed.
    Chat,
    /// List of people open or closed.
    People,
    /// Grid or speaker.
    Layout,
    /// What is wrong, open or closed.
    Wrong,
    /// The list of these keys.
    Help,
    /// The microphone is on while the key is held.
    Talk,
}

impl Shortcut {
    /// All of them with their keys, in the order of the list.
    pub const ALL: [(&'static str, Self); 10] = [
        ("m", Self::Microphone),
        ("v", Self::Camera),
        (" ", Self::Talk),
        ("s", Self::Share),
        ("h", Self::Hand),
        ("c", Self::Chat),
        ("p", Self::People),
        ("l", Self::Layout),
        ("w", Self::Wrong),
        ("?", Self::Help),
    ];

    /// What a pressed key does. With Ctrl, Alt or Meta held it belongs to the browser or a screen reader.
    pub fn of_key(key: &str, modified: bool) -> Option<Self> {
        if modified {
            return None;
        }
        let lower = key.to_ascii_lowercase();
        Self::ALL.into_iter().find(|(known, _)| *known == lower).map(|(_, shortcut)| shortcut)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_work_in_both_cases_and_alone_only() {
        assert_eq!(Shortcut::of_key("m", false), Some(Shortcut::Microphone));
        assert_eq!(Shortcut::of_key("M", false), Some(Shortcut::Microphone));
        assert_eq!(Shortcut::of_key("?", false), Some(Shortcut::Help));
        assert_eq!(Shortcut::of_key("c", true), None);
        assert_eq!(Shortcut::of_key("Enter", false), None);
    }
}
