//! What a page knows besides its address: the answer to its own POST, a one-time message, and how
//! many deeds were done since it was loaded.

use leptos::prelude::*;
use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

use crate::wire::WireText;

/// The answer to the POST that this page was rendered for.
#[derive(Clone, Default, PartialEq, Schema, Serialize, Deserialize)]
pub struct Posted {
    /// The server function's path.
    pub path: String,
    /// Which of several forms of one kind was sent.
    pub key: String,
    /// Whether `body` is a [`crate::ui::form::Reply`]; else it is a [`crate::problem::Problem`].
    pub ok: bool,
    /// The server function's own answer, as text.
    pub body: String,
}

/// What was done, said once on the page that it leads to.
#[derive(Clone, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct Notice {
    /// "Token disabled".
    pub title: String,
    /// To what, such as "HOTP app, Backup tablet"; empty where the title says all.
    pub about: String,
}

impl Notice {
    /// A deed, and what it was done to.
    pub fn new(title: impl Into<String>, about: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            about: about.into(),
        }
    }
}

/// What the server knows when it renders a page, and the browser's code must know to wake it.
#[derive(Clone, Default, PartialEq, Schema, Serialize, Deserialize)]
pub struct PageState {
    /// The answer, if the page was asked for by a form.
    pub posted: Option<Posted>,
    /// The deed that led here, said once.
    pub notice: Option<Notice>,
}

/// The fields that were sent, for the form to show again. Stays on the server: hydration leaves
/// attributes as they were written, so the browser's code has no need of them.
#[derive(Clone, Default)]
pub struct Typed(pub Vec<(String, String)>);

/// The page's own signals, in context everywhere below `App`.
#[derive(Clone, Copy)]
pub struct Page {
    posted: RwSignal<Option<Posted>>,
    /// The last deed, until its message is closed.
    pub notice: RwSignal<Option<Notice>>,
    /// Deeds done since the page was loaded; a load that follows it is asked again.
    pub deeds: RwSignal<u32>,
    /// Whether the server cannot be reached.
    pub offline: RwSignal<bool>,
    /// How often the server came back; a load that failed for want of it is asked again.
    pub returns: RwSignal<u32>,
}

impl Page {
    /// Reads what the server left for this page and puts it into the context.
    pub fn provide() {
        let state = SharedValue::<PageState, WireText>::new_with_encoding(|| {
            use_context::<PageState>().unwrap_or_default()
        });
        let PageState { posted, notice } = state.into_inner();
        provide_context(Self {
            posted: RwSignal::new(posted),
            notice: RwSignal::new(notice),
            deeds: RwSignal::new(0),
            offline: RwSignal::new(false),
            returns: RwSignal::new(0),
        });
    }

    /// Whether this page is the answer to a form that nothing on it shows: the session had ended, say.
    pub(crate) fn was_posted(self) -> bool {
        self.posted.with_untracked(Option::is_some)
    }

    /// The answer meant for this form. The browser takes it, so that a form opened later starts
    /// fresh; the server may render a form twice and leaves it.
    pub(crate) fn posted(self, path: &str, key: &str) -> Option<Posted> {
        let mine = self
            .posted
            .get_untracked()
            .filter(|posted| posted.path == path && posted.key == key)?;
        if cfg!(not(feature = "ssr")) {
            self.posted.set(None);
        }
        Some(mine)
    }
}

/// The signals of the page that this is called on.
///
/// # Panics
/// Outside `App`.
pub fn page() -> Page {
    expect_context()
}
