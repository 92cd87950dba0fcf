//! What came of switching a token or a user off or on, or of unlocking one.

use domain::Timestamp;
use serde::{Deserialize, Serialize};

/// That it was so already is no error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Switched {
    /// It was done.
    Done {
        /// The token's or the user's name.
        name: String,
    },
    /// It was so already.
    Already {
        /// The token's or the user's name.
        name: String,
        /// Who did it, where that is known.
        by: Option<String>,
        /// When.
        at: Option<Timestamp>,
    },
}

impl Switched {
    /// That it was so already, and who did it last, if anybody did.
    pub(crate) fn already(name: String, last: Option<(String, Timestamp)>) -> Self {
        let (by, at) = last.unzip();
        Self::Already { name, by, at }
    }
}
