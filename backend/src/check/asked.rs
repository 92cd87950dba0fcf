//! A question about a code, as it waits in the queue.

use super::decide::{Question, Reset};
use crate::auth::Caller;
use crate::error::{Error, Result};
use domain::check::{Purpose, Refusal};
use domain::{Code, Timestamp, TokenId, UserId};
use serde::{Deserialize, Serialize};
use std::hash::{BuildHasher, Hash};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;
use uuid::Uuid;

/// How long a question waits at most before it is looked at.
pub const WAIT: Duration = Duration::from_secs(10);

/// Whom it is about, as far as that is known before the user's row is read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Whom {
    /// A user by name.
    Name {
        /// Where.
        realm: Realm,
        /// What usernames are compared by.
        key: String,
    },
    /// A user who was found already.
    User(UserId),
    /// Nobody: the serial is not known.
    Nobody,
}

/// In which realm a name is looked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Realm {
    /// In the only one that the application has.
    Only(Uuid),
    /// In the one of this name, if it is one of the application's.
    Named(String),
}

/// A question.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Who asks, when, and as which request.
    pub caller: Caller,
    /// About whom.
    pub whom: Whom,
    /// Which decoy stands in where the user is not known; without one the user is not found.
    pub decoy: Option<u8>,
    /// The one token that may answer.
    pub named: Option<TokenId>,
    /// Why.
    pub purpose: Purpose,
    /// What was typed; `None` when it has not the form of a code.
    pub code: Option<Code>,
    /// Of a reset: the second code, and whether it unlocks.
    pub pair: Option<(Code, bool)>,
    /// For the audit of an unknown user: the name as asked.
    pub username: Option<String>,
    /// For the audit of an unknown token: the serial as asked.
    pub serial: Option<String>,
}

impl Asked {
    /// An operator's question about a user who was found already.
    pub fn about(caller: &Caller, user: UserId, named: Option<TokenId>, purpose: Purpose) -> Self {
        Self {
            caller: caller.clone(),
            whom: Whom::User(user),
            decoy: None,
            named,
            purpose,
            code: None,
            pair: None,
            username: None,
            serial: None,
        }
    }

    /// What the decision needs of it.
    pub fn question(&self) -> Question<'_> {
        Question {
            purpose: self.purpose,
            named: self.named,
            code: self.code.as_ref(),
            reset: self.pair.as_ref().map(|(second, unlocks)| Reset {
                second,
                unlocks: *unlocks,
            }),
            now: self.caller.now,
        }
    }
}

/// What came out, before it is put into the asker's words. A repeat gets the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Told {
    /// The code was right and is spent.
    Accepted {
        /// The token that made it.
        token: TokenId,
    },
    /// It was not accepted.
    Refused {
        /// The true reason.
        refusal: Refusal,
        /// Failures in a row of the token now.
        failures: u32,
        /// No code of the token is looked at before this instant.
        waits_until: Option<Timestamp>,
    },
}

/// A question with whoever waits for its answer.
#[derive(Debug)]
pub struct Entry {
    /// The question.
    pub asked: Asked,
    /// The line that it stands in: questions about one name, one id or one unknown serial. (The order between a
    /// user's name and id is that of the lock.)
    pub line: u64,
    /// How often it was tried in vain.
    pub tries: u32,
    /// Whether it is tried in a batch of its own, for the one it was in has failed.
    pub alone: bool,
    /// When it came.
    pub came: Instant,
    answer: oneshot::Sender<Result<Told>>,
}

impl Entry {
    /// Puts a question into words for the queue.
    pub fn new(asked: Asked, lines: &impl BuildHasher) -> (Self, oneshot::Receiver<Result<Told>>) {
        let (answer, told) = oneshot::channel();
        let entry = Self {
            // whom nobody knows is told apart by how he was called
            line: match asked.whom {
                Whom::Nobody => lines.hash_one(&asked.serial),
                Whom::Name { .. } | Whom::User(_) => lines.hash_one(&asked.whom),
            },
            asked,
            tries: 0,
            alone: false,
            came: Instant::now(),
            answer,
        };
        (entry, told)
    }

    /// The name of the decoy: another one at each try.
    pub fn decoy(&self) -> Option<String> {
        let tries = u8::try_from(self.tries % 256).unwrap_or(0);
        let decoy = self.asked.decoy?.wrapping_add(tries);
        Some(format!("decoy {decoy}"))
    }

    /// Whether it has waited too long to be looked at now.
    pub fn is_late(&self) -> bool {
        self.came.elapsed() >= WAIT
    }

    /// Answers. Whoever has hung up is told nothing, and nothing changes by that.
    pub fn tell(self, told: Result<Told>) {
        let _hung_up = self.answer.send(told);
    }

    /// Answers that nothing was decided.
    pub fn refuse(self, why: &'static str) {
        self.tell(Err(Error::Overloaded(why)));
    }
}
