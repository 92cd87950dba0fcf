//! Buttons: links that look like one, and the button that sends a form.

use leptos::prelude::*;

use super::icon::Icon;

/// How much a button wants to be pressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Weight {
    /// One among others. The default.
    #[default]
    Plain,
    /// The one the page is for.
    Primary,
    /// Destroys something.
    Danger,
    /// Hardly there until the pointer comes.
    Ghost,
}

impl Weight {
    /// The value of `data-variant`; none for the default.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Primary => Some("primary"),
            Self::Danger => Some("danger"),
            Self::Ghost => Some("ghost"),
        }
    }
}

/// A link that looks like a button: it goes somewhere and changes nothing.
#[component]
pub fn LinkButton(
    /// Where it goes.
    href: String,
    /// Its words.
    #[prop(into)]
    label: String,
    /// Its weight.
    #[prop(optional)]
    weight: Weight,
    /// The sign before the words.
    #[prop(optional)]
    icon: Option<Icon>,
    /// Whether it is the small kind, in strips and tables.
    #[prop(optional)]
    small: bool,
) -> impl IntoView {
    view! {
        <a class="btn" href=href data-variant=weight.name() data-size=small.then_some("sm")>
            {icon.map(|icon| view! { <Icon icon/> })}
            {label}
        </a>
    }
}

/// The button that sends its form. While an answer is awaited it says so and cannot be pressed.
#[component]
pub fn SubmitButton(
    /// Its words, a verb.
    #[prop(into)]
    label: String,
    /// Whether an answer is awaited.
    #[prop(into)]
    pending: Signal<bool>,
    /// Its weight.
    #[prop(optional)]
    weight: Weight,
    /// Whether it is the small kind.
    #[prop(optional)]
    small: bool,
    /// Its part in the form's data, for a form with more than one button: name and value.
    #[prop(optional)]
    sends: Option<(&'static str, &'static str)>,
) -> impl IntoView {
    view! {
        <button
            class="btn"
            type="submit"
            name=sends.map(|(name, _)| name)
            value=sends.map(|(_, value)| value)
            data-variant=weight.name()
            data-size=small.then_some("sm")
            aria-busy=move || pending.get().then_some("true")
        >
            {label}
        </button>
    }
}
