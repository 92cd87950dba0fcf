//! From the backend's errors to words for operators. The cause goes to the log, with the trace id that
//! the door adds.

use backend::Error;

use crate::problem::Problem;

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match &error {
            Error::NotSignedIn => Self::signed_out(),
            Error::Forbidden(privilege) => Self::forbidden(format!(
                "It takes the privilege {}. Nothing was changed.",
                privilege.as_str()
            )),
            Error::NotFound => Self::not_found(),
            Error::Deleted { by } => Self::new(
                410,
                format!("{by} deleted this token. Nothing was changed."),
            ),
            Error::RequestReused => Self::conflict(
                "This form arrived before, with other content. See what came of it, then send it again.",
            ),
            Error::Changed => Self::conflict("Somebody changed it meanwhile. Nothing was changed."),
            Error::CodeLength(digits) => Self::invalid().at(
                "code",
                format!("Enter all {} digits, and nothing else.", digits.get()),
            ),
            Error::Taken(what) => {
                Self::conflict(format!("This {} is taken already.", what.as_str()))
            }
            Error::Blocked(_) => Self::conflict("This cannot be done to the token now."),
            Error::EnrolBlocked(_) => Self::conflict("This type cannot be enrolled now."),
            Error::DescriptionMissing => Self::invalid().at("description", "Describe the device."),
            Error::ReplacementWaits => Self::conflict(
                "Its replacement waits for the proof already. Load the page again to go on with it.",
            ),
            Error::NotObsolete => Self::conflict(
                "The token that this one replaces is not obsolete any more. Nothing was changed. \
                 Cancel the enrolment, and add a token instead.",
            ),
            Error::OtherName => Self::invalid().at(
                "typed",
                "This is another name. Type the username as it stands above.",
            ),
            Error::LastAdministrator => Self::conflict(
                "This is the last administrator who can sign in. Nothing was changed. Make another one first.",
            ),
            Error::IsOperator => Self::conflict(
                "This user is an operator and cannot be deleted. Nothing was changed. Disable the user instead.",
            ),
            Error::BadSettings(bad) => {
                let (field, words) = crate::types::words::bad_settings(*bad);
                Self::invalid().at(field, words)
            }
            Error::TooManyEnrolments => {
                Self::conflict("As many enrolments wait as may. Cancel one of them first.")
            }
            Error::LastToken => Self::conflict("This is the last active token. Confirm it."),
            Error::OperatorDisabled => Self::conflict(
                "This operator is disabled. Nothing was changed. Enable the user first.",
            ),
            Error::TooOften(seconds) => Self::later(
                429,
                *seconds,
                format!("Too many tries. Try again in {seconds} seconds."),
            ),
            Error::Overloaded(_) => busy(&error),
            Error::Db(cause) if is_away(cause) => busy(&error),
            Error::Seal(_) | Error::Db(_) | Error::Stored(_) => {
                tracing::error!(%error, cause = ?std::error::Error::source(&error), "not done");
                Self::broken("")
            }
        }
    }
}

fn busy(error: &Error) -> Problem {
    tracing::warn!(%error, "too busy");
    Problem::later(
        503,
        1,
        "The server is busy. Nothing was changed. Try again in a moment.",
    )
}

fn is_away(cause: &backend::DbError) -> bool {
    matches!(
        cause,
        backend::DbError::PoolTimedOut | backend::DbError::Io(_)
    )
}
