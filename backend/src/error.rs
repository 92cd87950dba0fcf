//! What went wrong, with its cause. Doors turn it into words for people or for programs.

use domain::Privilege;
use domain::token_type::EnrolBlocked;
use domain::type_settings::BadSettings;
use serde::{Deserialize, Serialize};

/// Shorthand.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a deed was not done. Nothing of it was written, but for the audit row of a refusal.
///
/// What can be serialized was decided, and is kept for a repeat of the request. What is skipped was not:
/// rights are asked for each time, and whoever asks again may find a connection.
#[derive(Debug, thiserror::Error, Serialize, Deserialize)]
pub enum Error {
    /// Nobody is signed in, the session has ended, or the application's key is not what it was.
    #[error("not signed in")]
    #[serde(skip)]
    NotSignedIn,
    /// The asker does not hold this privilege anywhere.
    #[error("{} is missing", .0.as_str())]
    #[serde(skip)]
    Forbidden(Privilege),
    /// There is no such thing in the realms that the asker may look after.
    #[error("not found")]
    NotFound,
    /// The token is gone for good; by whom, as the audit knows.
    #[error("deleted by {by}")]
    Deleted {
        /// Who deleted or replaced it.
        by: String,
    },
    /// The same `request_id` came with other content.
    #[error("a request id was used again with other content")]
    #[serde(skip)]
    RequestReused,
    /// Somebody changed the row in between.
    #[error("changed meanwhile")]
    Changed,
    /// The token's state forbids it now.
    #[error("blocked: {0:?}")]
    Blocked(domain::Blocked),
    /// The code is longer or shorter than this device's: a slip of the hand, neither evaluated nor counted.
    #[error("codes of this device have {} digits", .0.get())]
    #[serde(skip)]
    CodeLength(domain::Digits),
    /// A name that must be unique is taken.
    #[error("taken: {}", .0.as_str())]
    Taken(Taken),
    /// The type cannot be enrolled for this user now.
    #[error("cannot be enrolled: {0:?}")]
    EnrolBlocked(EnrolBlocked),
    /// The type asks for a description, and there is none.
    #[error("a description is missing")]
    DescriptionMissing,
    /// An enrolment that replaces the token waits already.
    #[error("its replacement waits for its proof already")]
    ReplacementWaits,
    /// The token that an enrolment replaces is of an obsolete type no longer.
    #[error("the token to be replaced is not obsolete")]
    NotObsolete,
    /// What was typed to confirm it is not the user's name.
    #[error("the name that was typed is another one")]
    OtherName,
    /// Nobody else could give out roles.
    #[error("the user is the last administrator")]
    LastAdministrator,
    /// The user is an operator, whose roles and sessions hang on it.
    #[error("the user is an operator")]
    IsOperator,
    /// The operator is disabled, and so could not use a link.
    #[error("the operator is disabled")]
    OperatorDisabled,
    /// As many enrolments wait as may.
    #[error("too many enrolments wait")]
    TooManyEnrolments,
    /// The last token that the user can sign in with needs a second, explicit confirmation.
    #[error("the last active token needs a confirmation")]
    LastToken,
    /// Settings of a token type that cannot be.
    #[error("settings cannot be: {0:?}")]
    BadSettings(BadSettings),
    /// Asked too often; try again after this many seconds.
    #[error("asked too often; again in {0} s")]
    #[serde(skip)]
    TooOften(u64),
    /// More work than the service takes on at once, or the database is away: nothing was decided.
    #[error("overloaded: {0}")]
    #[serde(skip)]
    Overloaded(#[serde(skip)] &'static str),
    /// A sealed value cannot be opened, or a random source failed.
    #[error("sealing failed: {0}")]
    #[serde(skip)]
    Seal(#[from] crate::seal::SealError),
    /// The database said no.
    #[error("query failed")]
    #[serde(skip)]
    Db(#[from] sqlx::Error),
    /// A stored value is not one of ours.
    #[error("a stored value is unknown: {0}")]
    #[serde(skip)]
    Stored(#[serde(skip)] &'static str),
}

/// What has a name that must be unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Taken {
    /// A user's, in a realm.
    Username,
    /// A number or address, of one user.
    Contact,
    /// A realm's.
    Realm,
    /// An API client's.
    Client,
    /// The database has users already.
    Users,
}

impl Taken {
    /// In a sentence.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Username => "username",
            Self::Contact => "contact",
            Self::Realm => "realm",
            Self::Client => "client",
            Self::Users => "users",
        }
    }
}

impl Error {
    /// The audit's word for the right or the rule by which a deed was refused. `None` for a form that is to
    /// be filled in otherwise, and for what was not decided: neither is a refusal.
    pub(crate) fn refusal(&self) -> Option<&'static str> {
        match self {
            Self::NotFound => Some("not found"),
            Self::Deleted { .. } => Some("token deleted"),
            Self::Blocked(why) => Some(why.as_str()),
            Self::EnrolBlocked(EnrolBlocked::Obsolete { .. }) => Some("type obsolete"),
            Self::EnrolBlocked(EnrolBlocked::Maximum { .. }) => Some("maximum reached"),
            Self::ReplacementWaits => Some("its replacement waits"),
            Self::NotObsolete => Some("token to be replaced is not obsolete"),
            Self::OtherName => Some("another name was typed"),
            Self::LastAdministrator => Some("last administrator"),
            Self::IsOperator => Some("user is an operator"),
            Self::OperatorDisabled => Some("operator disabled"),
            Self::TooManyEnrolments => Some("too many enrolments wait"),
            Self::LastToken => Some("last active token"),
            Self::BadSettings(BadSettings::LocksOut) => Some("locks the operator out"),
            Self::Forbidden(privilege) => Some(privilege.as_str()),
            Self::BadSettings(_)
            | Self::NotSignedIn
            | Self::RequestReused
            | Self::Changed
            | Self::CodeLength(_)
            | Self::Taken(_)
            | Self::DescriptionMissing
            | Self::TooOften(_)
            | Self::Overloaded(_)
            | Self::Seal(_)
            | Self::Db(_)
            | Self::Stored(_) => None,
        }
    }

    /// Whether the same try may succeed a moment later: the transaction lost a race.
    pub fn is_passing(&self) -> bool {
        let Self::Db(sqlx::Error::Database(cause)) = self else {
            return false;
        };
        // serialization failure, deadlock, lock not available
        matches!(cause.code().as_deref(), Some("40001" | "40P01" | "55P03"))
    }
}

/// Turns a violated constraint, called by its name, into an error of its own.
pub trait OnConstraint<T> {
    /// `error` when `name` was violated.
    fn on_constraint(self, name: &str, error: Error) -> Result<T>;
}

impl<T> OnConstraint<T> for std::result::Result<T, sqlx::Error> {
    fn on_constraint(self, name: &str, error: Error) -> Result<T> {
        self.map_err(|cause| match &cause {
            sqlx::Error::Database(db) if db.constraint() == Some(name) => error,
            _ => Error::Db(cause),
        })
    }
}
