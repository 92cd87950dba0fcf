//! Which time it is for the reader: the server sends the instant and the zone's offsets, so that both
//! sides write the same.

use domain::Timestamp;
use domain::moment::Moment;
use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

/// The instant at which a page was made, and how its zone lies to UTC over the years around it.
#[derive(Clone, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct Clock {
    /// Read once at the door.
    pub now: Timestamp,
    /// From this second on, so many seconds east of UTC; oldest first. Before the first: as the first.
    pub zone: Vec<(i64, i32)>,
}

/// Something that was loaded, and when.
#[derive(Clone, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct Seen<T> {
    /// When it was looked at.
    pub clock: Clock,
    /// What was seen.
    pub it: T,
}

impl Clock {
    /// An instant as it stands on the reader's wall.
    pub fn at(&self, at: Timestamp) -> Moment {
        let seconds = at.seconds();
        let offset = self
            .zone
            .iter()
            .rev()
            .find(|(from, _)| *from <= seconds)
            .or(self.zone.first())
            .map_or(0, |(_, offset)| *offset);
        Moment { seconds, offset }
    }

    /// Now, as it stands on the reader's wall.
    pub fn now(&self) -> Moment {
        self.at(self.now)
    }
}

#[cfg(feature = "ssr")]
impl Clock {
    /// The clock of a request.
    pub fn new(backend: &backend::Backend, caller: &backend::Caller) -> Self {
        Self {
            now: caller.now,
            zone: backend::instant::offsets(&backend.zone, caller.now),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_instant_has_the_offset_of_its_own_day() {
        let clock = Clock {
            now: Timestamp::from_seconds(2_000),
            zone: vec![(500, 3_600), (1_000, 7_200)],
        };
        for (seconds, offset) in [(0, 3_600), (999, 3_600), (1_000, 7_200), (9_000, 7_200)] {
            assert_eq!(clock.at(Timestamp::from_seconds(seconds)).offset, offset);
        }
    }
}
