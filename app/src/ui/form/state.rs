//! One form on a page: its answer, whether one is on its way, and its `request_id`. One concrete
//! type for all forms, under a thin typed handle.

use std::marker::PhantomData;

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use postcard_schema::Schema;
use serde::de::DeserializeOwned;

use super::reply::{Answers, Reply};
use crate::ask::{Answer, decode};
use crate::page::page;
use crate::problem::Problem;

/// A form whose shown answer is a `T`.
pub struct Form<T = ()> {
    state: FormState,
    shown: PhantomData<fn() -> T>,
}

impl<T> Clone for Form<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Form<T> {}

impl<T> From<Form<T>> for FormState {
    fn from(form: Form<T>) -> Self {
        form.state
    }
}

/// The form that calls the server function `F`. `key` tells several forms of one kind on a page
/// apart; else it is empty.
pub fn use_form<F>(key: &str) -> Form<<F::Output as Answers>::Shown>
where
    F: ServerFn<Error = Problem>,
    F::Output: Answers,
{
    Form {
        state: FormState::new(F::PATH, key, reads::<<F::Output as Answers>::Shown>),
        shown: PhantomData,
    }
}

impl<T: DeserializeOwned + Schema> Form<T> {
    /// What the form's answer shows in place, once there is one.
    pub fn shown(self) -> Option<T> {
        self.state.answer.with(|answer| match answer {
            Some(Ok(body)) => match decode::<Reply<T>>(body) {
                Ok(Reply::Show(shown)) => Some(shown),
                Ok(Reply::Done { .. }) | Err(_) => None,
            },
            Some(Err(_)) | None => None,
        })
    }
}

impl<T> Form<T> {
    /// Why the form was refused, if it was.
    pub fn problem(self) -> Option<Problem> {
        self.state.problem()
    }

    /// Whether an answer is on its way.
    pub fn pending(self) -> bool {
        self.state.pending.with(Option::is_some)
    }

    /// Forgets the answer: the form stands as if never sent.
    pub fn forget(self) {
        self.state.answer.set(None);
    }
}

/// One form on a page, whatever it shows.
#[derive(Clone, Copy)]
pub struct FormState {
    /// The server function's path.
    pub(super) path: &'static str,
    pub(super) key: StoredValue<String>,
    pub(super) answer: RwSignal<Option<Answer>>,
    /// The `name=value` of the button that sent it, while the answer is on its way.
    pub(super) pending: RwSignal<Option<String>>,
    pub(super) request_id: RwSignal<String>,
    /// Whether this page is the answer to this form.
    posted: bool,
    /// Whether an answer is one that this page knows.
    reads: fn(&str) -> bool,
}

fn reads<T: DeserializeOwned + Schema>(answer: &str) -> bool {
    decode::<Reply<T>>(answer).is_ok()
}

impl FormState {
    fn new(path: &'static str, key: &str, reads: fn(&str) -> bool) -> Self {
        let posted = page().posted(path, key);
        let was_posted = posted.is_some();
        let answer = posted.map(|posted| match posted.ok {
            true => Ok(posted.body),
            false => Err(decode(&posted.body).unwrap_or_else(|problem| problem)),
        });
        Self {
            path,
            key: StoredValue::new(key.to_owned()),
            answer: RwSignal::new(answer),
            pending: RwSignal::new(None),
            request_id: RwSignal::new(new_request_id()),
            posted: was_posted,
            reads,
        }
    }

    /// The answer, or a problem that says so where it is one of another version: what it tells of was done, and
    /// must not be done again for want of a word.
    #[cfg_attr(
        feature = "ssr",
        expect(dead_code, reason = "only the browser is of another version")
    )]
    pub(super) fn read(self, answer: Answer) -> Answer {
        let unknown = answer.as_ref().is_ok_and(|body| !(self.reads)(body));
        let words =
            "This was done, but the page is out of date. Load it again to see what came of it.";
        if unknown {
            Err(Problem::new(500, words))
        } else {
            answer
        }
    }

    pub(super) fn problem(self) -> Option<Problem> {
        self.answer
            .with(|answer| answer.as_ref()?.as_ref().err().cloned())
    }

    /// The message at a field.
    pub(super) fn error(self, field: &str) -> Option<String> {
        self.answer.with(|answer| {
            answer
                .as_ref()?
                .as_ref()
                .err()?
                .field(field)
                .map(str::to_owned)
        })
    }

    /// Whether `field` is the first that was refused, as the server renders the page.
    pub(super) fn is_first_wrong(self, field: &str) -> bool {
        self.answer.with_untracked(|answer| match answer {
            Some(Err(problem)) => problem
                .fields
                .first()
                .is_some_and(|(first, _)| first == field),
            Some(Ok(_)) | None => false,
        })
    }

    /// What was typed into a field, when the page is the answer to this form and not a success.
    /// `Some("")` for a field that was sent empty or, as an unticked box, not at all.
    pub(super) fn typed(self, field: &str) -> Option<String> {
        if !self.posted {
            return None;
        }
        let refused = self
            .answer
            .with_untracked(|answer| matches!(answer, Some(Err(_))));
        let typed = use_context::<crate::page::Typed>()?;
        let value = typed
            .0
            .into_iter()
            .find(|(name, _)| name == field)
            .map(|(_, value)| value);
        refused.then(|| value.unwrap_or_default())
    }

    /// An id for an element of this form, the same on both sides.
    pub(super) fn id(self, part: &str) -> String {
        let function = self.path.rsplit('/').next().unwrap_or(self.path);
        self.key.with_value(|key| match key.is_empty() {
            true => format!("{function}-{part}"),
            false => format!("{function}-{key}-{part}"),
        })
    }
}

/// A random UUID: from the door's chance on the server, the browser's own in the browser.
#[cfg(feature = "ssr")]
pub(super) fn new_request_id() -> String {
    use_context::<crate::request::NewId>()
        .map(|new| (new.0)())
        .unwrap_or_default()
}

/// A random UUID: from the door's chance on the server, the browser's own in the browser.
#[cfg(not(feature = "ssr"))]
pub(super) fn new_request_id() -> String {
    let mut bytes = [0u8; 16];
    if let Ok(crypto) = window().crypto() {
        drop(crypto.get_random_values_with_u8_array(&mut bytes));
    }
    uuid::Builder::from_random_bytes(bytes)
        .into_uuid()
        .to_string()
}
