//! The list of token types.

use domain::Timestamp;
use domain::type_settings::{Ending, TypeRow};
use leptos::prelude::*;

use crate::clock::Clock;
use crate::tokens::kind;
use crate::ui::badge::{Badge, Note, Tone};
use crate::ui::table::Who;
use crate::ui::time::date;
use crate::{paths, text};

/// All types in their order; the row of `open` is marked.
pub(super) fn table(types: &[TypeRow], open: Option<&str>, clock: &Clock) -> AnyView {
    let rows = types
        .iter()
        .map(|it| row(it, open == Some(it.token_type.slug.as_str()), clock))
        .collect::<Vec<_>>();
    view! {
        <div class="table-wrap">
            <table class="table" data-rows="two" data-stack="" role="table">
                <caption class="visually-hidden">"Token types"</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <th scope="col" role="columnheader">"Type"</th>
                        <th scope="col" role="columnheader">"Operators add it"</th>
                        <th scope="col" role="columnheader" data-wide="">"At most"</th>
                        <th scope="col" role="columnheader" class="num">"In use"</th>
                        <th scope="col" role="columnheader">"Obsolete"</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(it: &TypeRow, is_open: bool, clock: &Clock) -> AnyView {
    let token_type = &it.token_type;
    let (href, name) = (paths::token_type(&token_type.slug), token_type.name.clone());
    let link = view! {
        <a class="row-link" href=href aria-current=is_open.then_some("true")>{name}</a>
    };
    let adds = if token_type.enrollable { "Yes" } else { "No" };
    let most = match token_type.maximum {
        Some(most) => format!("{most} per user"),
        None => "No limit".to_owned(),
    };
    view! {
        <tr role="row" aria-selected=is_open.then_some("true")>
            <td role="cell" data-main="">
                <Who icon=text::type_icon(&token_type.icon) second=kind::name(token_type.kind)>
                    {link}
                </Who>
            </td>
            <td role="cell" data-label="Operators add it" class="muted">{adds}</td>
            <td role="cell" data-label="At most" data-wide="" class="muted">{most}</td>
            <td role="cell" data-label="In use" class="num">{grouped(it.tokens)}</td>
            <td role="cell" data-label="Obsolete">{obsolete(it.settings.obsolete, clock)}</td>
        </tr>
    }
    .into_any()
}

fn obsolete(ending: Option<Ending>, clock: &Clock) -> AnyView {
    let Some(ending) = ending else {
        return view! { <span class="subtle">"No"</span> }.into_any();
    };
    let (tone, icon, word) = text::status(domain::Status::Obsolete);
    let badge = (ending.since <= clock.now)
        .then(|| view! { <Badge tone icon=Some(icon) capitals=true word/> }.into_any());
    view! {
        <div class="nowrap">
            {badge}
            <Note tone=Tone::Neutral text=until(ending, clock)/>
        </div>
    }
    .into_any()
}

/// "From 3 Mar 2026", "Until 31 May 2026" or "Works no longer".
fn until(ending: Ending, clock: &Clock) -> String {
    let ahead = |until: &Timestamp| clock.now < *until;
    if ahead(&ending.since) {
        return format!("From {}", date(clock.at(ending.since)));
    }
    match ending.grace_until.filter(ahead) {
        Some(until) => format!("Until {}", text::day(until, clock)),
        None => "Works no longer".to_owned(),
    }
}

/// "1,126".
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_stand_in_groups_of_three() {
        for (number, words) in [
            (0, "0"),
            (999, "999"),
            (1_126, "1,126"),
            (1_000_000, "1,000,000"),
        ] {
            assert_eq!(super::grouped(number), words);
        }
    }
}
