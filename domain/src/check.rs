//! Words of a check: why it is asked, and why a code was not accepted.

use crate::Timestamp;
use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

/// Why a code is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Schema, Serialize, Deserialize)]
pub enum Purpose {
    /// An application lets somebody in.
    Verification,
    /// An application lets somebody approve something.
    Approval,
    /// An operator tries a token.
    Test,
    /// A user shows that the device holds the seed.
    Proof,
    /// Two codes bring a counter or clock back in step.
    Reset,
}

impl Purpose {
    /// All purposes.
    pub const ALL: [Self; 5] = [
        Self::Verification,
        Self::Approval,
        Self::Test,
        Self::Proof,
        Self::Reset,
    ];

    /// The word in the database and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Verification => "verification",
            Self::Approval => "approval",
            Self::Test => "test",
            Self::Proof => "proof",
            Self::Reset => "reset",
        }
    }

    /// The purpose of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|purpose| purpose.as_str() == word)
    }

    /// Whether failures and successes count on the user too, and *Last used* moves.
    pub const fn is_use(self) -> bool {
        matches!(self, Self::Verification | Self::Approval)
    }
}

/// Why a code was not accepted. The true reason: for the audit and the console, never for applications.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub enum Refusal {
    /// No token made this code.
    WrongCode,
    /// It was accepted before, or is older than one that was.
    CodeUsed,
    /// The token waits.
    Waits(Timestamp),
    /// The token is locked.
    Locked,
    /// The user waits.
    UserWaits(Timestamp),
    /// The user is locked.
    UserLocked,
    /// The token is disabled.
    Disabled,
    /// The user is disabled.
    UserDisabled,
    /// The token has expired.
    Expired,
    /// The token's type is obsolete and its grace is over.
    Obsolete,
    /// The user has no token that may verify.
    NoToken,
    /// There is no such user, token or enrolment, or none that the asker may check.
    Unknown,
}

impl Refusal {
    /// The word in the audit.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WrongCode => "wrong code",
            Self::CodeUsed => "code already used",
            Self::Waits(_) => "token waits",
            Self::Locked => "token locked",
            Self::UserWaits(_) => "user waits",
            Self::UserLocked => "user locked",
            Self::Disabled => "token disabled",
            Self::UserDisabled => "user disabled",
            Self::Expired => "token expired",
            Self::Obsolete => "type obsolete",
            Self::NoToken => "no token may verify",
            Self::Unknown => "unknown",
        }
    }

    /// Whether the code was evaluated, and so counts as a failure.
    pub const fn is_counted(self) -> bool {
        matches!(self, Self::WrongCode | Self::CodeUsed)
    }
}
