//! Pages without the frame: signing in and one-time links.

use leptos::prelude::*;

use super::frame::Logo;
use crate::page::page;
use crate::ui::live::live;
use crate::ui::title::Title;

/// The page around one card, with the message of the deed that led here.
#[component]
pub fn Gate(
    /// The page's name in the window's title.
    #[prop(into)]
    title: String,
    /// The card.
    children: Children,
) -> impl IntoView {
    let notice = page().notice;
    view! {
        <Title text=title/>
        <div class="gate">
            <main>
                <div class="gate-brand"><Logo/> "Tokendesk"</div>
                <div role="status">
                    {live(move || notice.get().map(|said| view! { <p class="note">{said.title}</p> }.into_any()))}
                </div>
                {children()}
            </main>
            <footer><span>"Every sign-in is logged"</span></footer>
        </div>
    }
}

/// The head of a card: which step it is, its title, and one sentence.
#[component]
pub fn GateHead(
    /// "Step 1 of 2", or empty.
    #[prop(optional)]
    step: &'static str,
    /// The title.
    title: &'static str,
    /// One sentence, or empty.
    #[prop(optional, into)]
    lead: String,
) -> impl IntoView {
    view! {
        <div class="stack" data-gap="sm">
            {(!step.is_empty()).then(|| view! { <p class="note">{step}</p> }.into_any())}
            <h1>{title}</h1>
            {(!lead.is_empty()).then(|| view! { <p class="muted">{lead}</p> }.into_any())}
        </div>
    }
}
