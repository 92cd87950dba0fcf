//! Since when a token or a user is disabled, by whom, until when and why.

use domain::token::Disabled;
use leptos::prelude::*;

use crate::clock::Clock;
use crate::text;
use crate::ui::time::Time;

/// What is known of it, as a list of facts.
pub(crate) fn facts(disabled: &Disabled, clock: &Clock) -> AnyView {
    let by = (!disabled.by.is_empty()).then(|| format!(" by {}", disabled.by));
    let until = disabled.until.map(|until| {
        view! { <div><dt>"Until"</dt><dd>{text::day(until, clock)}</dd></div> }.into_any()
    });
    let reason = (!disabled.reason.is_empty()).then(|| {
        view! { <div><dt>"Reason"</dt><dd>{disabled.reason.clone()}</dd></div> }.into_any()
    });
    view! {
        <dl class="facts">
            <div>
                <dt>"Disabled"</dt>
                <dd>
                    <Time at=clock.at(disabled.at) now=clock.now()/>
                    <small>{by}</small>
                </dd>
            </div>
            {until}
            {reason}
        </dl>
    }
    .into_any()
}
