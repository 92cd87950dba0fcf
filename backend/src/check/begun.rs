//! A batch under way, as the queue counts it: also one that panics gives its places and lines back.

use super::asked::Entry;
use super::checks::Checks;
use std::sync::Arc;

/// A batch that has begun. It ends when this is dropped, and its lines go on.
#[derive(Debug)]
pub struct Begun {
    checks: Arc<Checks>,
    at_work: bool,
    /// Of those who are not to be tried again.
    lines: Vec<u64>,
}

impl Begun {
    /// Counts these in.
    pub fn new(checks: &Arc<Checks>, entries: &[Entry]) -> Self {
        Self {
            checks: Arc::clone(checks),
            at_work: true,
            lines: entries.iter().map(|entry| entry.line).collect(),
        }
    }

    /// All is decided, and is being written.
    pub fn settles(&mut self) {
        self.at_work = false;
        self.checks.queue.settles();
    }

    /// Whether all was decided, so that it may stand.
    pub fn settling(&self) -> bool {
        !self.at_work
    }

    /// These are to be tried again: their lines wait for them.
    pub fn keep(&mut self, again: &[Entry]) {
        for entry in again {
            if let Some(at) = self.lines.iter().position(|line| *line == entry.line) {
                self.lines.swap_remove(at);
            }
        }
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        let lines = std::mem::take(&mut self.lines);
        self.checks.queue.answered(lines);
        self.checks.queue.ended(self.at_work);
    }
}
