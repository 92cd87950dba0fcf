//! What went wrong, with its cause. Doors turn it into words for people or for programs.

use domain::Privilege;

/// Shorthand.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a deed was not done. Nothing was written, but for the audit row of a refusal.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody is signed in, the session has ended, or the application's key is not what it was.
    #[error("not signed in")]
    NotSignedIn,
    /// The asker does not hold this privilege anywhere.
    #[error("{} is missing", .0.as_str())]
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
    RequestReused,
    /// Somebody changed the row in between.
    #[error("changed meanwhile")]
    Changed,
    /// The token's state forbids it now.
    #[error("blocked: {0:?}")]
    Blocked(domain::Blocked),
    /// The code is longer or shorter than this device's: a slip of the hand, neither evaluated nor counted.
    #[error("codes of this device have {} digits", .0.get())]
    CodeLength(domain::Digits),
    /// A name that must be unique is taken.
    #[error("taken: {0}")]
    Taken(&'static str),
    /// The type cannot be enrolled for this user now.
    #[error("cannot be enrolled: {0:?}")]
    EnrolBlocked(domain::token_type::EnrolBlocked),
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
    /// As many enrolments wait as may.
    #[error("too many enrolments wait")]
    TooManyEnrolments,
    /// The last token that the user can sign in with needs a second, explicit confirmation.
    #[error("the last active token needs a confirmation")]
    LastToken,
    /// Settings of a token type that cannot be.
    #[error("settings cannot be: {0:?}")]
    BadSettings(domain::type_settings::BadSettings),
    /// Asked too often; try again after this many seconds.
    #[error("asked too often; again in {0} s")]
    TooOften(u64),
    /// More work than the service takes on at once, or the database is away: nothing was decided.
    #[error("overloaded: {0}")]
    Overloaded(&'static str),
    /// A sealed value cannot be opened, or a random source failed.
    #[error("sealing failed: {0}")]
    Seal(#[from] crate::seal::SealError),
    /// The database said no.
    #[error("query failed")]
    Db(#[from] sqlx::Error),
    /// A stored value is not one of ours.
    #[error("a stored value is unknown: {0}")]
    Stored(&'static str),
}

impl Error {
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
