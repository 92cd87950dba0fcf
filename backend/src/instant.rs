//! Between `domain::Timestamp` and the database's `timestamptz`, and between instants and civil days.

use domain::Timestamp;
use jiff::tz::TimeZone;
use time::OffsetDateTime;

/// An instant as a column.
pub fn column(at: Timestamp) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(at.0) * 1_000)
        .unwrap_or(time::macros::datetime!(9999-12-31 23:59:59 UTC))
}

/// A column as an instant.
pub fn instant(column: OffsetDateTime) -> Timestamp {
    Timestamp(i64::try_from(column.unix_timestamp_nanos() / 1_000).unwrap_or(i64::MAX))
}

/// Seconds east of UTC in `zone` at `at`.
pub fn offset(zone: &TimeZone, at: Timestamp) -> i32 {
    jiff::Timestamp::from_microsecond(at.0).map_or(0, |at| zone.to_offset(at).seconds())
}

/// The offsets of `zone` over the ten years around `now`: from which second on, how many seconds east of
/// UTC; oldest first.
pub fn offsets(zone: &TimeZone, now: Timestamp) -> Vec<(i64, i32)> {
    const YEARS: i64 = 5 * 366 * 86_400;
    let first = now.seconds().saturating_sub(YEARS);
    let mut offsets = vec![(first, offset(zone, Timestamp::from_seconds(first)))];
    if let Ok(start) = jiff::Timestamp::from_second(first) {
        offsets.extend(
            zone.following(start)
                .map(|change| (change.timestamp().as_second(), change.offset().seconds()))
                .take_while(|(from, _)| *from < now.seconds().saturating_add(YEARS)),
        );
    }
    offsets
}

/// The end of the civil day `days` after that of `at`: 24:00 in `zone`.
pub fn end_of_day(zone: &TimeZone, at: Timestamp, days: u32) -> Option<Timestamp> {
    let date = jiff::Timestamp::from_microsecond(at.0)
        .ok()?
        .to_zoned(zone.clone())
        .date();
    end_of_date(zone, date.checked_add(jiff::Span::new().days(days)).ok()?)
}

/// The end of a date as typed (`2026-05-31`): 24:00 in `zone`. `None` for what is no date.
pub fn end_of_typed(zone: &TimeZone, typed: &str) -> Option<Timestamp> {
    end_of_date(zone, date(typed)?)
}

/// Other years are slips of the hand, and some are beyond what a column can hold.
fn date(typed: &str) -> Option<jiff::civil::Date> {
    let date: jiff::civil::Date = typed.trim().parse().ok()?;
    (2000..=9998).contains(&date.year()).then_some(date)
}

/// The start of a date as typed: 0:00 in `zone`. `None` for what is no date of the years 2000 to 9998.
pub fn start_of_typed(zone: &TimeZone, typed: &str) -> Option<Timestamp> {
    let start = date(typed)?.to_zoned(zone.clone()).ok()?;
    Some(Timestamp(start.timestamp().as_microsecond()))
}

fn end_of_date(zone: &TimeZone, date: jiff::civil::Date) -> Option<Timestamp> {
    let next = date.tomorrow().ok()?.to_zoned(zone.clone()).ok()?;
    Some(Timestamp(next.timestamp().as_microsecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_at_24_00_in_the_zone() {
        let zone = TimeZone::get("Europe/Zurich").unwrap();
        let end = end_of_typed(&zone, "2026-05-31").unwrap();
        assert_eq!(end, Timestamp::from_seconds(1_780_264_800)); // 31 May 22:00 UTC
        assert_eq!(offset(&zone, end), 7_200);
        assert_eq!(end_of_typed(&zone, "31.5.2026"), None);
        assert_eq!(end_of_typed(&zone, "2026-02-30"), None);
        for beyond in ["-004800-01-01", "1999-12-31", "9999-12-31"] {
            assert_eq!(start_of_typed(&zone, beyond), None, "{beyond}");
            assert_eq!(end_of_typed(&zone, beyond), None, "{beyond}");
        }
    }

    #[test]
    fn an_instant_survives_the_trip_through_its_column() {
        for at in [0, 1, -1, 1_780_264_800_123_456, 20_000_000_000_000_000] {
            assert_eq!(instant(column(Timestamp(at))), Timestamp(at));
        }
    }
}
