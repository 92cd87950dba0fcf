//! The question before a token is switched off.

use domain::tab::Detail;
use domain::{Action as Deed, Hint};
use leptos::prelude::*;

use super::call::{DisableToken, FindToken};
use super::{action, head};
use crate::clock::Clock;
use crate::ui::badge::Tone;
use crate::ui::form::{Choice, Choices, Field, FieldKind, PageForm, Tick, use_form};
use crate::ui::icon::Icon;
use crate::ui::load::{Loaded, use_load_once};
use crate::ui::notice::Callout;
use crate::{paths, text};

/// *Disable this token?*
#[component]
pub fn DisablePage(user: String, serial: String) -> impl IntoView {
    let load = use_load_once(move || FindToken {
        user: user.clone(),
        serial: serial.clone(),
    });
    view! {
        <Loaded load what="token" let:found>
            {action::here(found, |seen| {
                let lead = "It verifies nothing until it is enabled again.".to_owned();
                let question = ("Disable this token?", lead);
                let (clock, it) = (seen.clock.clone(), seen.it.clone());
                action::offered(&seen, Deed::Disable, question, move || form(&it, &clock))
            })}
        </Loaded>
    }
}

fn form(it: &Detail, clock: &Clock) -> AnyView {
    let form = use_form::<DisableToken>("");
    let name = text::first_name(&it.user);
    let warning = it.is_last.then(|| {
        let name = name.clone();
        view! {
            <Callout tone=Tone::Danger icon=Icon::TriangleAlert>
                <p>
                    <strong>{format!("This is {name}’s last active token.")}</strong>
                    {format!(" Without it {name} cannot sign in to any service.")}
                </p>
            </Callout>
        }
    });
    let others = (!it.is_last).then(|| others(it, &name, clock)).flatten();
    let tick = {
        let label = format!("Disable it although {name} cannot sign in afterwards");
        let is_last = it.is_last;
        // it may have become the last one since the page was loaded
        let asked = move || {
            form.problem()
                .is_some_and(|problem| problem.field("last").is_some())
        };
        let needed = Memo::new(move |_| is_last || asked());
        move || {
            needed
                .get()
                .then(|| view! { <Tick name="last" label=label.clone() required=true/> })
        }
    };
    let (user, serial) = (it.user.id, it.token.serial.to_string());
    let (note, card) = (action::user_disabled(it), head::token_card(&it.token));
    let ends = ends(clock);
    view! {
        <PageForm form submit="Disable temporarily" cancel=paths::tokens(user)>
            <input type="hidden" name="user" value=user.to_string()/>
            <input type="hidden" name="serial" value=serial/>
            {warning}
            {note}
            {card}
            <Choices name="until" legend="Until" choices=ends value="" plain=true/>
            <div class="if-date">
                <Field name="date" label="Date" kind=FieldKind::Date
                    hint="It ends at midnight, at the end of this day."/>
            </div>
            <Field name="reason" label="Reason" optional=true maxlength=200
                hint="Kept in the audit log. 200 characters at most."/>
            {others}
            {tick}
        </PageForm>
    }
    .into_any()
}

/// What the user can still sign in with.
fn others(it: &Detail, name: &str, clock: &Clock) -> Option<AnyView> {
    let count = match it.others.len() {
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

fn ends(clock: &Clock) -> Vec<Choice> {
    let tomorrow = clock.now.after(std::time::Duration::from_secs(86_400));
    let tomorrow = crate::ui::time::date(clock.at(tomorrow));
    let choice = |value: &str, name: String| Choice {
        value: value.to_owned(),
        name,
        ..Choice::default()
    };
    vec![
        choice("", "Someone enables it".to_owned()),
        choice("tomorrow", format!("Tomorrow, {tomorrow}")),
        choice("date", "A date you choose".to_owned()),
    ]
}
