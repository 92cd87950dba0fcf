//! The care for the last token that a user can sign in with, in every deed that takes one away.

use domain::Hint;
use domain::tab::Detail;
use leptos::prelude::*;

use crate::clock::Clock;
use crate::text;
use crate::ui::badge::Tone;
use crate::ui::form::{Form, Tick};
use crate::ui::icon::Icon;
use crate::ui::live::live;
use crate::ui::notice::Callout;

/// What it means that it is the last one, and the safer way first, if there is one.
pub(super) fn warning(it: &Detail, safer: Option<AnyView>) -> Option<AnyView> {
    let name = text::first_name(&it.user);
    it.is_last.then(|| {
        view! {
            <Callout tone=Tone::Danger icon=Icon::TriangleAlert>
                <p>
                    <strong>{format!("This is {name}’s last active token.")}</strong>
                    {format!(" Without it {name} cannot sign in to any service.")}
                </p>
                {safer}
            </Callout>
        }
        .into_any()
    })
}

/// The second confirmation: *Disable it although Anna cannot sign in afterwards*. The server asks for
/// it too, for the token may have become the last one since the page was loaded.
pub(super) fn tick(it: &Detail, form: Form, deed: &str) -> AnyView {
    let name = text::first_name(&it.user);
    let label = format!("{deed} it although {name} cannot sign in afterwards");
    let is_last = it.is_last;
    let asked = move || {
        form.problem()
            .is_some_and(|problem| problem.field("last").is_some())
    };
    let needed = Memo::new(move |_| is_last || asked());
    live(move || {
        needed
            .get()
            .then(|| view! { <Tick name="last" label=label.clone() required=true/> }.into_any())
    })
}

/// What the user can still sign in with.
pub(super) fn others(it: &Detail, clock: &Clock) -> Option<AnyView> {
    let name = text::first_name(&it.user);
    let count = match it.others.len() {
        _ if it.is_last => return None,
        0 => return None,
        1 => "1 other token".to_owned(),
        count => format!("{count} other tokens"),
    };
    let each = it.others.iter().map(|other| {
        let type_name = &other.token_type.name;
        match other.hints(clock.now).first() {
            Some(Hint::NeverUsed) | None => type_name.clone(),
            Some(hint) => format!("{type_name} ({})", text::inner(&text::hint(*hint, clock).2)),
        }
    });
    let each = format!(": {}.", each.collect::<Vec<_>>().join(", "));
    let begin = format!("{name} can still sign in with ");
    Some(
        view! {
            <Callout tone=Tone::Neutral icon=Icon::Info>
                <p>{begin} <strong>{count}</strong> {each}</p>
            </Callout>
        }
        .into_any(),
    )
}
