//! Where questions wait until a batch takes them: in the order of their coming, those about one name in a line.
//!
//! A line that one batch has is in no other, so that its questions are decided in their order. So
//! many stand in one line and no more: a burst at one user takes nobody else's place.

use super::asked::Entry;
use crate::error::{Error, Result};
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Questions of one batch.
pub const BATCH: usize = 64;
/// Questions of one line, with those that a batch has.
const OF_ONE: usize = 17;
/// Questions of all lines.
const OF_ALL: usize = 2_000;
/// Batches at once, each on a connection of its own.
const BATCHES: usize = 4;
/// Of these so many are read and decided for the first time; the others are written, and wait for their commits.
const AT_WORK: usize = 2;

/// The queue; one per process and door.
#[derive(Debug, Default)]
pub struct Queue(Mutex<Lines>);

#[derive(Debug, Default)]
struct Lines {
    /// In the order of their coming.
    waiting: VecDeque<Entry>,
    lines: HashMap<u64, Line>,
    /// Questions that are not answered.
    inside: usize,
    /// Batches that were begun and are not decided.
    at_work: usize,
    /// Batches that were begun and have not ended.
    batches: usize,
    closed: bool,
}

#[derive(Debug, Default)]
struct Line {
    /// Questions that are not answered.
    inside: usize,
    /// Those of them that a batch has, or had in vain and is to have again.
    taken: usize,
    /// Those that a batch came upon while another had the line.
    behind: VecDeque<Entry>,
}

impl Queue {
    /// Takes a question in; refuses it where enough wait.
    pub fn come(&self, entry: Entry) -> Result<()> {
        let mut lines = self.lines();
        if lines.closed {
            return Err(Error::Overloaded("the service stops"));
        }
        if lines.inside >= OF_ALL {
            return Err(Error::Overloaded("too many checks wait"));
        }
        let line = lines.lines.entry(entry.line).or_default();
        if line.inside >= OF_ONE {
            return Err(Error::Overloaded("too many wait for the same user"));
        }
        line.inside += 1;
        lines.inside += 1;
        lines.waiting.push_back(entry);
        Ok(())
    }

    /// Whether a batch is due: whenever something waits and nobody works; beside one at work only where a
    /// full one waits. (No timer: at little load nothing waits, at much load batches fill by themselves.)
    /// A batch that is due counts as begun.
    pub fn begin(&self) -> bool {
        let mut lines = self.lines();
        let due = match lines.at_work {
            0 => !lines.waiting.is_empty(),
            at_work => at_work < AT_WORK && lines.waiting.len() >= BATCH,
        };
        let begins = due && lines.batches < BATCHES;
        if begins {
            lines.at_work += 1;
            lines.batches += 1;
        }
        begins
    }

    /// What is there for a batch that has begun. May be nothing, where all that waits stands in lines that
    /// others have. Who has waited too long is answered so.
    pub fn fill(&self) -> Vec<Entry> {
        let mut lines = self.lines();
        let (mut batch, mut own) = (Vec::new(), HashSet::new());
        while batch.len() < BATCH
            && let Some(entry) = lines.waiting.pop_front()
        {
            if entry.alone && !batch.is_empty() {
                lines.waiting.push_front(entry);
                break;
            }
            let line = lines.lines.entry(entry.line).or_default();
            if line.taken > 0 && !own.contains(&entry.line) {
                line.behind.push_back(entry);
                continue;
            }
            line.taken += 1;
            if entry.is_late() {
                lines.leave(entry.line);
                entry.refuse("the check waited too long");
                continue;
            }
            own.insert(entry.line);
            let alone = entry.alone;
            batch.push(entry);
            if alone {
                break;
            }
        }
        batch
    }

    /// A batch has nothing left to do but to wait until it is written: another may work meanwhile.
    pub fn settles(&self) {
        self.lines().at_work -= 1;
    }

    /// A batch has ended; `at_work` when it was not decided.
    pub fn ended(&self, at_work: bool) {
        let mut lines = self.lines();
        lines.batches -= 1;
        lines.at_work -= usize::from(at_work);
    }

    /// Questions of these lines were answered.
    pub fn answered(&self, answered: impl IntoIterator<Item = u64>) {
        let mut lines = self.lines();
        for line in answered {
            lines.leave(line);
        }
    }

    /// Puts those before all others that a batch had in vain, in their order.
    pub fn again(&self, entries: Vec<Entry>) {
        let mut lines = self.lines();
        for entry in &entries {
            lines.lines.entry(entry.line).or_default().taken -= 1;
        }
        // from the back, so that who came behind a line stands behind the last of it
        for entry in entries.into_iter().rev() {
            lines.free(entry.line);
            lines.waiting.push_front(entry);
        }
    }

    /// Takes nothing in any more.
    pub fn close(&self) {
        self.lines().closed = true;
    }

    /// Whether nothing waits and no batch is under way.
    pub fn is_empty(&self) -> bool {
        let lines = self.lines();
        lines.inside == 0 && lines.batches == 0
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lines {
    /// One that a batch had leaves. A line in which nobody is left takes no memory.
    fn leave(&mut self, id: u64) {
        let Some(line) = self.lines.get_mut(&id) else {
            return;
        };
        self.inside -= 1;
        line.inside -= 1;
        line.taken -= 1;
        if line.inside == 0 {
            self.lines.remove(&id);
        }
        self.free(id);
    }

    /// Lets those go on that came behind, when no batch has the line any more.
    fn free(&mut self, id: u64) {
        if let Some(line) = self.lines.get_mut(&id)
            && line.taken == 0
        {
            for entry in std::mem::take(&mut line.behind).into_iter().rev() {
                self.waiting.push_front(entry);
            }
        }
    }
}

#[cfg(test)]
#[path = "queue_tests.rs"]
mod tests;
