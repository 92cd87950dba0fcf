//! What an enrolment makes, beside its steps.

use domain::tab::Choices;
use domain::token_type::TokenType;
use leptos::prelude::*;

use crate::paths;

/// The token to be; once there is an enrolment, also what the device is called and until when its
/// proof is waited for.
pub(super) fn summary(
    it: &Choices,
    token_type: &TokenType,
    description: Option<String>,
    ends: Option<String>,
) -> impl IntoView + use<> {
    let fact = |name: &'static str, words: String| {
        view! { <div><dt>{name}</dt><dd>{words}</dd></div> }.into_any()
    };
    let expires = match token_type.validity_days {
        Some(days) => format!("After {days} days"),
        None => "Never".to_owned(),
    };
    let description = description.filter(|words| !words.is_empty());
    view! {
        <aside aria-label="Summary">
            <section class="card" data-sunken="">
                <header><div><h2>"New token"</h2></div></header>
                <div class="body">
                    <dl class="facts">
                        {fact("Type", token_type.name.clone())}
                        <div>
                            <dt>"User"</dt>
                            <dd>
                                <a href=paths::tokens(it.user.id)>{it.user.display_name()}</a>
                            </dd>
                        </div>
                        {fact("Realm", it.user.realm_name.clone())}
                        {description.map(|words| fact("Description", words))}
                        {fact("Expires", expires)}
                        {ends.map(|ends| fact("Proof until", ends))}
                    </dl>
                </div>
            </section>
        </aside>
    }
}
