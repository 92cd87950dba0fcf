//! Dates and times in words.

use domain::moment::{Civil, Moment, Nearness};
use leptos::prelude::*;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// A moment as it is best read now, with the exact time in its title.
#[component]
pub fn Time(
    /// The moment.
    at: Moment,
    /// When the page was made.
    now: Moment,
) -> impl IntoView {
    view! {
        <time datetime=machine(at) title=exact(at)>
            {near(at, now)}
        </time>
    }
}

/// A moment of which only the day matters, such as the end of a validity.
#[component]
pub fn Day(
    /// The moment.
    at: Moment,
) -> impl IntoView {
    view! {
        <time datetime=machine(at) title=exact(at)>
            {date(at)}
        </time>
    }
}

/// "12 min ago", "Today, 08:14", "Tomorrow, 10:31", "11 May, 09:02" or "14 May 2025".
pub fn near(at: Moment, now: Moment) -> String {
    let day = match at.nearness(now) {
        Nearness::JustNow => return "Just now".into(),
        Nearness::MinutesAgo(minutes) => return minutes.to_string() + " min ago",
        Nearness::Today => "Today".into(),
        Nearness::Yesterday => "Yesterday".into(),
        Nearness::Tomorrow => "Tomorrow".into(),
        Nearness::ThisYear => day_and_month(at.civil()),
        Nearness::OtherYear => return date(at),
    };
    day + ", " + &clock(at)
}

/// "14 May 2026".
pub fn date(at: Moment) -> String {
    let civil = at.civil();
    day_and_month(civil) + " " + &civil.year.to_string()
}

/// "08:14".
pub fn clock(at: Moment) -> String {
    let civil = at.civil();
    two(civil.hour) + ":" + &two(civil.minute)
}

/// "14 May 2026, 08:14:05".
pub fn exact(at: Moment) -> String {
    date(at) + ", " + &clock(at) + ":" + &two(at.civil().second)
}

/// For machines: RFC 3339 in UTC, "2026-05-14T06:14:05Z".
fn machine(at: Moment) -> String {
    let utc = at.utc();
    let civil = utc.civil();
    typed_date(utc) + "T" + &clock(utc) + ":" + &two(civil.second) + "Z"
}

/// A date as a date field holds it: "2026-05-14".
pub fn typed_date(at: Moment) -> String {
    let civil = at.civil();
    civil.year.to_string() + "-" + &two(civil.month) + "-" + &two(civil.day)
}

fn day_and_month(civil: Civil) -> String {
    let month = MONTHS[usize::from(civil.month - 1)];
    civil.day.to_string() + " " + month
}

fn two(number: u8) -> String {
    let digits = number.to_string();
    if number < 10 {
        "0".to_owned() + &digits
    } else {
        digits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 14 May 2026, 10:46:40 two hours east of UTC.
    const NOW: Moment = Moment {
        seconds: 1_778_748_400,
        offset: 7_200,
    };

    fn later(seconds: i64) -> Moment {
        Moment {
            seconds: NOW.seconds + seconds,
            ..NOW
        }
    }

    #[test]
    fn near_times_are_told_from_now_and_far_ones_by_date() {
        for (at, expected) in [
            (later(-5), "Just now"),
            (later(-12 * 60), "12 min ago"),
            (later(-9_160), "Today, 08:14"),
            (later(-86_400), "Yesterday, 10:46"),
            (later(86_400 - 900), "Tomorrow, 10:31"),
            (later(-3 * 86_400 - 6_260), "11 May, 09:02"),
            (later(-400 * 86_400), "9 Apr 2025"),
        ] {
            assert_eq!(near(at, NOW), expected);
        }
    }

    #[test]
    fn the_exact_time_is_the_readers_and_the_machines_is_utc() {
        assert_eq!(exact(NOW), "14 May 2026, 10:46:40");
        assert_eq!(machine(NOW), "2026-05-14T08:46:40Z");
    }
}
