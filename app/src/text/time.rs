//! Times as people say them.

/// A point in time on a wall clock and a calendar of some zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WallTime {
    /// The year.
    pub year: i32,
    /// The month, 1 to 12.
    pub month: u32,
    /// The day of the month, 1 to 31.
    pub day: u32,
    /// The hour, 0 to 23.
    pub hour: u32,
    /// The minute, 0 to 59.
    pub minute: u32,
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl WallTime {
    /// Reads the first sixteen characters of RFC 3339, `2026-01-31T14:05`.
    pub fn parse(text: &str) -> Option<Self> {
        let number = |range| text.get(range).and_then(|digits: &str| digits.parse::<u32>().ok());
        Some(Self {
            year: text.get(0..4)?.parse().ok()?,
            month: number(5..7)?,
            day: number(8..10)?,
            hour: number(11..13)?,
            minute: number(14..16)?,
        })
    }

    fn month_name(&self) -> &'static str {
        MONTHS.get(self.month.wrapping_sub(1) as usize).copied().unwrap_or("?")
    }

    fn clock(&self) -> String {
        format!("{}:{:02}", self.hour, self.minute)
    }

    fn same_day(&self, other: &Self) -> bool {
        (self.year, self.month, self.day) == (other.year, other.month, other.day)
    }
}

/// The time for somebody whose zone and calendar are not known: "22 Nov 2026, 14:05 UTC".
pub fn in_utc(time: &WallTime) -> String {
    format!("{} {} {}, {} UTC", time.day, time.month_name(), time.year, time.clock())
}

/// The time beside a calendar that shows `now` and the day before and after it.
pub fn beside(time: &WallTime, now: &WallTime, yesterday: &WallTime, tomorrow: &WallTime) -> String {
    let clock = time.clock();
    if time.same_day(now) {
        format!("today {clock}")
    } else if time.same_day(yesterday) {
        format!("yesterday {clock}")
    } else if time.same_day(tomorrow) {
        format!("tomorrow {clock}")
    } else if time.year == now.year {
        format!("{} {}, {clock}", time.day, time.month_name())
    } else {
        format!("{} {} {}, {clock}", time.day, time.month_name(), time.year)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> WallTime {
        WallTime::parse(text).unwrap()
    }

    #[test]
    fn times_are_said_as_people_say_them() {
        let check = |time: &str, want: &str| {
            let (now, yesterday, tomorrow) = (at("2026-11-22T14:30"), at("2026-11-21T00:00"), at("2026-11-23T00:00"));
            assert_eq!(beside(&at(time), &now, &yesterday, &tomorrow), want);
        };
        check("2026-11-22T14:05", "today 14:05");
        check("2026-11-21T09:00", "yesterday 9:00");
        check("2026-11-23T09:30", "tomorrow 9:30");
        check("2026-03-01T23:59", "1 Mar, 23:59");
        check("2025-11-22T14:05", "22 Nov 2025, 14:05");
        assert_eq!(in_utc(&at("2026-11-22T14:05:59.000Z")), "22 Nov 2026, 14:05 UTC");
        assert_eq!(WallTime::parse("unknown"), None);
    }
}
