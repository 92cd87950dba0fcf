//! What the server function behind a form answers.

use postcard_schema::Schema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::page::Notice;
use crate::problem::Problem;
use crate::wire::decode_beginning;

/// A form's answer: done and gone elsewhere, or something to show in place.
#[derive(Clone, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub enum Reply<T = ()> {
    /// Done: go to a page of ours and say so there, once.
    Done {
        /// A local address.
        to: String,
        /// What to say there, once.
        notice: Option<Notice>,
    },
    /// A result that the form's own page shows.
    Show(T),
}

/// What a form's server function returns.
pub type FormResult<T = ()> = Result<Reply<T>, Problem>;

/// Done: go to `to` and show `notice` there, once.
///
/// # Errors
/// None; the type is that of a server function's last line.
pub fn done<T>(to: impl Into<String>, notice: Option<Notice>) -> FormResult<T> {
    Ok(Reply::Done {
        to: to.into(),
        notice,
    })
}

/// The [`Reply`] that leads elsewhere. One that shows something cannot be read as this.
#[derive(Deserialize)]
pub enum Outcome {
    /// As [`Reply::Done`].
    Done {
        /// A local address.
        to: String,
        /// As there.
        notice: Option<Notice>,
    },
}

impl Outcome {
    /// Where the answer of a form leads, and what is to be said there; `None` when it shows something.
    pub fn of(answer: &str) -> Option<(String, Option<Notice>)> {
        match decode_beginning(answer) {
            Ok(Self::Done { to, notice }) => Some((to, notice)),
            Err(_) => None,
        }
    }
}

/// Names the shown part of a form's answer, so that `use_form::<F>` needs no second type.
pub trait Answers {
    /// What is shown in place.
    type Shown: DeserializeOwned + Schema;
}

impl<T: DeserializeOwned + Schema> Answers for Reply<T> {
    type Shown = T;
}
