//! Which part of a user's activity is shown: words in its address, closed sets everywhere else.

use crate::{Serial, Timestamp};

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// How far back it reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Period {
    /// To the beginning.
    #[default]
    Always,
    /// The last 7 days.
    Week,
    /// The last 30 days.
    Month,
    /// The last 90 days.
    Quarter,
}

impl Period {
    /// All of them, the longest first.
    pub const ALL: [Self; 4] = [Self::Always, Self::Quarter, Self::Month, Self::Week];

    /// Its word in addresses; empty for the beginning.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Always => "",
            Self::Week => "7-days",
            Self::Month => "30-days",
            Self::Quarter => "90-days",
        }
    }

    /// The period of a word; to the beginning for one that is none of ours.
    pub fn parse(word: &str) -> Self {
        let known = Self::ALL.into_iter().find(|it| it.as_str() == word);
        known.unwrap_or_default()
    }

    /// Its first instant; 1970 for the beginning, when nobody kept an audit yet.
    pub const fn since(self, now: Timestamp) -> Timestamp {
        let days = match self {
            Self::Always => return Timestamp(0),
            Self::Week => 7,
            Self::Month => 30,
            Self::Quarter => 90,
        };
        Timestamp(now.0.saturating_sub(days * DAY))
    }
}

/// What happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Events {
    /// Whatever it was.
    #[default]
    All,
    /// What did not work or was not allowed.
    Failures,
    /// What people did to the user and the tokens; no verifications.
    Deeds,
}

impl Events {
    /// All of them, in the order of the choice.
    pub const ALL: [Self; 3] = [Self::All, Self::Failures, Self::Deeds];

    /// Its word in addresses; empty for whatever it was.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Failures => "failures",
            Self::Deeds => "deeds",
        }
    }

    /// The events of a word; all for one that is none of ours.
    pub fn parse(word: &str) -> Self {
        let known = Self::ALL.into_iter().find(|it| it.as_str() == word);
        known.unwrap_or_default()
    }
}

/// The part that is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// How far back.
    pub period: Period,
    /// Of what.
    pub events: Events,
    /// Of one token alone.
    pub token: Option<Serial>,
    /// Older than this row's instant and number.
    pub before: Option<(Timestamp, i64)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_survive_the_trip_through_the_address() {
        for period in Period::ALL {
            assert_eq!(Period::parse(period.as_str()), period);
        }
        for events in Events::ALL {
            assert_eq!(Events::parse(events.as_str()), events);
        }
        assert_eq!(Period::parse("8-days"), Period::Always);
        assert_eq!(Events::parse("FAILURES"), Events::All);
    }

    #[test]
    fn a_period_ends_now_and_never_overflows() {
        let now = Timestamp(100 * DAY);
        assert_eq!(Period::Week.since(now), Timestamp(93 * DAY));
        assert_eq!(Period::Always.since(now), Timestamp(0));
        let first = Timestamp(i64::MIN);
        assert_eq!(Period::Quarter.since(first), first);
    }
}
