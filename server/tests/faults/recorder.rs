//! What clients asked and heard, one line per operation.

use std::fmt;
use std::sync::Mutex;
use std::time::Instant;

use uuid::Uuid;

/// What a client knows after an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Told that the code was accepted.
    Ok,
    /// Told that it was not.
    No,
    /// Told neither: no answer, half of one, or that nothing is known.
    Unknown,
}

/// One operation.
#[derive(Clone, Debug)]
pub struct Line {
    pub client: usize,
    pub server: usize,
    pub token: Uuid,
    pub code: String,
    /// The counter that made the code; `None` for a wrong one.
    pub counter: Option<u64>,
    pub request: Uuid,
    /// Microseconds since the recorder began.
    pub start: u64,
    pub end: u64,
    /// Of the answer; 0 without one.
    pub status: u16,
    pub outcome: Outcome,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counter = self.counter.map_or("-".to_owned(), |it| it.to_string());
        write!(
            f,
            "client={} server={} token={} code={} counter={counter} request={} start={} end={} \
             status={} outcome={:?}",
            self.client,
            self.server,
            self.token,
            self.code,
            self.request,
            self.start,
            self.end,
            self.status,
            self.outcome
        )
    }
}

/// A token's counter, as it was read at `start` or a little later.
#[derive(Clone, Debug)]
pub struct Seen {
    pub token: Uuid,
    pub counter: u64,
    pub start: u64,
}

/// Everything that was recorded.
#[derive(Clone, Debug, Default)]
pub struct History {
    pub lines: Vec<Line>,
    pub seen: Vec<Seen>,
}

/// Where clients write to.
pub struct Recorder {
    begun: Instant,
    history: Mutex<History>,
}

impl Recorder {
    pub fn new() -> Self {
        Self {
            begun: Instant::now(),
            history: Mutex::default(),
        }
    }

    /// Microseconds since it began.
    pub fn now(&self) -> u64 {
        self.begun.elapsed().as_micros().try_into().unwrap()
    }

    pub fn line(&self, line: Line) {
        self.history.lock().unwrap().lines.push(line);
    }

    pub fn seen(&self, seen: Seen) {
        self.history.lock().unwrap().seen.push(seen);
    }

    pub fn history(&self) -> History {
        self.history.lock().unwrap().clone()
    }
}
