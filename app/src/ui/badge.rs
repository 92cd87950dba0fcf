//! Badges and notes: a tone, an icon and a word. The word carries the meaning, the colour helps.

use leptos::prelude::*;

use super::icon::Icon;

/// How loud something is. Normal is quiet, exceptions are loud.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Grey: no more than a word. The default.
    #[default]
    Neutral,
    /// No fill, green mark: all is well.
    Quiet,
    /// No fill, grey mark.
    Plain,
    /// An outline only.
    Outline,
    /// Blue: chosen or current.
    Accent,
    /// Green.
    Success,
    /// Amber: something is to be done.
    Warning,
    /// Red: something is wrong.
    Danger,
}

impl Tone {
    /// The value of `data-tone`; none for the default.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Neutral => None,
            Self::Quiet => Some("quiet"),
            Self::Plain => Some("plain"),
            Self::Outline => Some("outline"),
            Self::Accent => Some("accent"),
            Self::Success => Some("success"),
            Self::Warning => Some("warning"),
            Self::Danger => Some("danger"),
        }
    }
}

/// A word on a coloured ground.
#[component]
pub fn Badge(
    /// How loud.
    tone: Tone,
    /// The sign before the word.
    #[prop(optional_no_strip)]
    icon: Option<Icon>,
    /// Whether the word stands in capitals and is set smaller and wider.
    #[prop(optional)]
    capitals: bool,
    /// The word.
    #[prop(into)]
    word: String,
) -> impl IntoView {
    view! {
        <span class="badge" data-tone=tone.name() data-status=capitals>
            {icon.map(|icon| view! { <Icon icon/> }.into_any())}
            {word}
        </span>
    }
}

/// A short sentence below a badge or in a cell, such as "Waits until 10:46".
#[component]
pub fn Note(
    /// How loud.
    tone: Tone,
    /// The sign before the sentence.
    #[prop(optional_no_strip)]
    icon: Option<Icon>,
    /// The sentence.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    view! {
        <span class="note" data-tone=tone.name()>
            {icon.map(|icon| view! { <Icon icon/> }.into_any())}
            {text}
        </span>
    }
}
