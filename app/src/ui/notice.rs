//! What is said in place: a callout beside the thing it is about, and a page without content.

use leptos::prelude::*;

use super::badge::Tone;
use super::icon::{Icon, kept};

/// A sentence or two in a box. Its children are a `<p>`, then a button or a `.row` of buttons.
#[component]
pub fn Callout(
    /// How loud.
    tone: Tone,
    /// Its sign.
    icon: Icon,
    /// Whether it appears after something was done, so that a screen reader must say it.
    #[prop(optional)]
    alert: bool,
    /// The words and the way on.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="callout" data-tone=tone.name() role=alert.then_some("alert")>
            <Icon icon/>
            {children()}
        </div>
    }
}

/// The drawing above an empty state, under its name in `style/public/art.svg`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Art {
    /// Nothing was made so far.
    NothingYet,
    /// A search found nothing.
    NoMatch,
    /// The server could not answer.
    Failed,
    /// The server cannot be reached.
    Offline,
    /// The operator may not see this.
    Forbidden,
    /// There is no such thing.
    NotFound,
    /// The session ended.
    SignedOut,
    /// Somebody else changed it meanwhile.
    Changed,
}

impl Art {
    fn href(self) -> &'static str {
        match self {
            Self::NothingYet => "/art.svg#nothing-yet",
            Self::NoMatch => "/art.svg#no-match",
            Self::Failed => "/art.svg#failed",
            Self::Offline => "/art.svg#offline",
            Self::Forbidden => "/art.svg#forbidden",
            Self::NotFound => "/art.svg#not-found",
            Self::SignedOut => "/art.svg#signed-out",
            Self::Changed => "/art.svg#changed",
        }
    }
}

/// Instead of content: what is missing, what that means, and the button that ends it.
#[component]
pub fn Empty(
    /// The drawing.
    art: Art,
    /// What is missing.
    #[prop(into)]
    title: String,
    /// What that means.
    #[prop(into)]
    text: String,
    /// Whether the title is the page's only heading.
    #[prop(optional)]
    whole_page: bool,
    /// The button that ends it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let heading = if whole_page {
        view! { <h1>{title}</h1> }.into_any()
    } else {
        view! { <h2>{title}</h2> }.into_any()
    };
    view! {
        <div class="empty">
            <svg class="art" viewBox="0 0 176 104" aria-hidden="true">
                <use_ href=kept(art.href())></use_>
            </svg>
            {heading}
            <p>{text}</p>
            {children.map(|children| view! { <div class="row">{children()}</div> }.into_any())}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::Art;

    #[test]
    fn every_drawing_is_in_the_sprite() {
        let sprite = include_str!("../../../style/public/art.svg");
        for art in [
            Art::NothingYet,
            Art::NoMatch,
            Art::Failed,
            Art::Offline,
            Art::Forbidden,
            Art::NotFound,
            Art::SignedOut,
            Art::Changed,
        ] {
            let id = art.href().trim_start_matches("/art.svg#");
            assert!(
                sprite.contains(&format!(r#"<symbol id="{id}""#)),
                "{id} is not drawn"
            );
        }
    }
}
