//! Moments as people read them: a civil date and time at an offset, and how near it is to now.
//!
//! The server knows time zones and sends the offset along; the browser only computes.

use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

const MINUTE: i64 = 60;
const DAY: i64 = 86_400;

/// An instant, with the offset of the reader's clock at that instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct Moment {
    /// Seconds since 1970-01-01 00:00 UTC.
    pub seconds: i64,
    /// Seconds east of UTC at that instant, -86,399 to 86,399.
    pub offset: i32,
}

/// A date and a time of day, as a calendar and a clock on the wall show them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    /// Year, 1970 and after in practice; negative years count from 0 as ISO 8601 does.
    pub year: i64,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, 1 to 31.
    pub day: u8,
    /// Hour, 0 to 23.
    pub hour: u8,
    /// Minute, 0 to 59.
    pub minute: u8,
    /// Second, 0 to 59.
    pub second: u8,
}

/// How near a moment is, seen from now. The words for it stand with the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nearness {
    /// Less than a minute ago.
    JustNow,
    /// 1 to 59 minutes ago.
    MinutesAgo(i64),
    /// On the day of `now`.
    Today,
    /// On the day before.
    Yesterday,
    /// On the day after.
    Tomorrow,
    /// In the year of `now`.
    ThisYear,
    /// In any other year.
    OtherYear,
}

impl Moment {
    /// The date and time on the reader's wall.
    pub fn civil(self) -> Civil {
        let local = self.local();
        let (year, month, day) = date_of(local.div_euclid(DAY));
        let clock = local.rem_euclid(DAY);
        Civil {
            year,
            month,
            day,
            hour: (clock / 3600) as u8,
            minute: (clock / MINUTE % 60) as u8,
            second: (clock % 60) as u8,
        }
    }

    /// The same instant on a clock in UTC.
    pub fn utc(self) -> Self {
        Self { offset: 0, ..self }
    }

    /// How near this moment is to `now`, by the calendar on the reader's wall.
    pub fn nearness(self, now: Self) -> Nearness {
        match now.seconds - self.seconds {
            0..MINUTE => return Nearness::JustNow,
            ago @ MINUTE..3600 => return Nearness::MinutesAgo(ago / MINUTE),
            _ => {}
        }
        let day = self.local().div_euclid(DAY);
        let today = now.local().div_euclid(DAY);
        match day - today {
            0 => Nearness::Today,
            -1 => Nearness::Yesterday,
            1 => Nearness::Tomorrow,
            _ if date_of(day).0 == date_of(today).0 => Nearness::ThisYear,
            _ => Nearness::OtherYear,
        }
    }

    fn local(self) -> i64 {
        self.seconds + i64::from(self.offset)
    }
}

/// Year, month and day of a day counted from 1970-01-01 (Howard Hinnant, `civil_from_days`).
/// It counts in eras of 400 years that begin on 1 March, so that a leap day ends its year.
fn date_of(days: i64) -> (i64, u8, u8) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month as u8, day as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// 14 May 2026, 08:46:40 UTC.
    const NOW: Moment = Moment {
        seconds: 1_778_748_400,
        offset: 0,
    };

    fn written(at: Moment) -> String {
        let c = at.civil();
        let (date, time) = ((c.year, c.month, c.day), (c.hour, c.minute, c.second));
        format!(
            "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
            date.0, date.1, date.2, time.0, time.1, time.2
        )
    }

    #[test]
    fn known_instants_have_known_dates() {
        for (seconds, offset, expected) in [
            (0, 0, "1970-01-01 00:00:00"),
            (-1, 0, "1969-12-31 23:59:59"),
            (951_782_400, 0, "2000-02-29 00:00:00"),
            (1_709_164_799, 0, "2024-02-28 23:59:59"),
            (1_709_164_800, 0, "2024-02-29 00:00:00"),
            (4_107_542_400, 0, "2100-03-01 00:00:00"),
            (1_778_748_400, 7_200, "2026-05-14 10:46:40"),
            (1_778_748_400, -36_000, "2026-05-13 22:46:40"),
        ] {
            assert_eq!(written(Moment { seconds, offset }), expected);
        }
    }

    #[test]
    fn nearness_follows_the_calendar_on_the_wall() {
        let from_now = |seconds: i64| Moment {
            seconds: NOW.seconds + seconds,
            ..NOW
        };
        for (at, expected) in [
            (from_now(0), Nearness::JustNow),
            (from_now(-59), Nearness::JustNow),
            (from_now(-60), Nearness::MinutesAgo(1)),
            (from_now(-3599), Nearness::MinutesAgo(59)),
            (from_now(-3600), Nearness::Today),
            (from_now(1), Nearness::Today),
            (from_now(-DAY), Nearness::Yesterday),
            (from_now(DAY), Nearness::Tomorrow),
            (from_now(-3 * DAY), Nearness::ThisYear),
            (from_now(-200 * DAY), Nearness::OtherYear),
        ] {
            assert_eq!(at.nearness(NOW), expected, "{at:?}");
        }
        // One second before midnight in UTC is tomorrow two hours further east.
        let late = Moment {
            seconds: NOW.seconds + 14 * 3600,
            offset: 7_200,
        };
        assert_eq!(
            late.nearness(Moment {
                offset: 7_200,
                ..NOW
            }),
            Nearness::Tomorrow
        );
    }

    proptest! {
        #[test]
        fn the_next_day_has_the_next_date(days in -1_000_000_i64..1_000_000) {
            let (year, month, day) = date_of(days);
            let next = date_of(days + 1);
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let last = match month { 2 => 28 + u8::from(leap), 4 | 6 | 9 | 11 => 30, _ => 31 };
            let expected = match (month, day) {
                (12, 31) => (year + 1, 1, 1),
                _ if day == last => (year, month + 1, 1),
                _ => (year, month, day + 1),
            };
            prop_assert_eq!(next, expected);
        }
    }
}
