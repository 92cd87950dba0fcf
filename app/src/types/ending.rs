//! The part of a type's form that makes it obsolete.

use std::time::Duration;

use domain::Timestamp;
use domain::type_settings::{Settings, TypeRow};
use leptos::prelude::*;

use crate::clock::Clock;
use crate::ui::form::{Choice, Choices, Field, FieldKind, Select, Tick};
use crate::ui::time::typed_date;

const DAY: Duration = Duration::from_secs(86_400);

/// The switch, and what is asked once it is on. Drawn within the form.
pub(super) fn ending(
    row: &TypeRow,
    all: &[TypeRow],
    clock: &Clock,
) -> impl FnOnce() -> AnyView + use<> {
    let now = row.settings.obsolete;
    let since = now
        .map(|it| typed_date(clock.at(it.since)))
        .unwrap_or_default();
    let proposed = clock.now.after(DAY * Settings::GRACE_DAYS);
    let (grace, until) = match now {
        Some(it) => match it.grace_until {
            // the last day, not the midnight that ends it
            Some(end) => ("date", Timestamp(end.0.saturating_sub(1))),
            None => ("once", proposed),
        },
        None => ("date", proposed),
    };
    let until = typed_date(clock.at(until));
    let none = (String::new(), "None".to_owned());
    let others = all
        .iter()
        .filter(|it| it.token_type.id != row.token_type.id);
    let others = others.map(|it| (it.token_type.slug.clone(), it.token_type.name.clone()));
    let types = std::iter::once(none).chain(others).collect::<Vec<_>>();
    let next = now.and_then(|it| it.follows);
    let next = all.iter().find(|it| Some(it.token_type.id) == next);
    let next = next
        .map(|it| it.token_type.slug.clone())
        .unwrap_or_default();
    move || {
        view! {
            <Tick name="obsolete" label="Obsolete: it is added no more" ticked=now.is_some()/>
            <div class="if-obsolete stack" data-gap="lg">
                <Field name="since" label="Obsolete since" kind=FieldKind::Date value=since
                    hint="Empty: from now on."/>
                <Choices name="grace" legend="These tokens work" choices=graces() value=grace
                    plain=true/>
                <div class="if-date">
                    <Field name="until" label="Last day" kind=FieldKind::Date value=until
                        hint="Proposed: 90 days from today. They work until midnight, at the end of this day."/>
                </div>
                <Select name="follows" label="Next type" options=types value=next
                    hint="What users are given instead."/>
            </div>
        }
        .into_any()
    }
}

fn graces() -> Vec<Choice> {
    [("date", "Until a date"), ("once", "No longer, at once")]
        .map(|(value, name)| Choice {
            value: value.to_owned(),
            name: name.to_owned(),
            ..Choice::default()
        })
        .into()
}
