//! Fields of several lines or several answers: text area, select, tick, radio cards.

use leptos::prelude::*;

use super::field::Parts;
use super::state::FormState;
use crate::ui::badge::{Badge, Tone};
use crate::ui::icon::Icon;

pub(super) fn optional_mark(optional: bool) -> Option<AnyView> {
    optional.then(|| view! { " " <span class="optional">"(optional)"</span> }.into_any())
}

/// A field of several lines.
#[component]
pub fn TextArea(
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] hint: String,
    #[prop(optional)] optional: bool,
    /// In characters.
    #[prop(optional)]
    maxlength: Option<u16>,
) -> impl IntoView {
    let form = expect_context::<FormState>();
    let parts = Parts::new(form, name, hint);
    let text = as_served(form.typed(name).unwrap_or(value));
    let maxlength = maxlength.map(|it| it.to_string());
    view! {
        <div class="field">
            <label for=parts.id.clone()>{label}{optional_mark(optional)}</label>
            <textarea class="input" id=parts.id.clone() name=name maxlength=maxlength
                autofocus=form.is_first_wrong(name)
                aria-invalid=parts.invalid() aria-describedby=parts.described_by()>{text}</textarea>
            {parts.hint_and_error()}
        </div>
    }
}

/// The text as it must stand in the HTML of a text area: Leptos does not escape there, and a
/// parser drops the first line break. In the browser it is set as it is.
fn as_served(text: String) -> String {
    if cfg!(not(feature = "ssr")) {
        return text;
    }
    format!("\n{}", text.replace('&', "&amp;").replace('<', "&lt;"))
}

/// One answer out of a list that opens.
#[component]
pub fn Select(
    name: &'static str,
    #[prop(into)] label: String,
    /// `(value, words)` each.
    options: Vec<(String, String)>,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] hint: String,
) -> impl IntoView {
    let form = expect_context::<FormState>();
    let parts = Parts::new(form, name, hint);
    let chosen = form.typed(name).unwrap_or(value);
    let options = options.into_iter().map(|(value, words)| {
        let selected = value == chosen;
        view! { <option value=value selected=selected>{words}</option> }.into_any()
    });
    view! {
        <div class="field">
            <label for=parts.id.clone()>{label}</label>
            <select class="input" id=parts.id.clone() name=name autofocus=form.is_first_wrong(name)
                aria-invalid=parts.invalid() aria-describedby=parts.described_by()>
                {options.collect::<Vec<_>>()}
            </select>
            {parts.hint_and_error()}
        </div>
    }
}

/// A box to tick; it sends `yes`. For a second confirmation it is `required`.
#[component]
pub fn Tick(
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(optional)] ticked: bool,
    #[prop(optional)] required: bool,
) -> impl IntoView {
    let form = expect_context::<FormState>();
    let parts = Parts::new(form, name, String::new());
    let checked = form.typed(name).map_or(ticked, |typed| typed == "yes");
    view! {
        <div class="field">
            <label class="option">
                <input class="check" type="checkbox" id=parts.id.clone() name=name value="yes"
                    checked=checked required=required autofocus=form.is_first_wrong(name)
                    aria-invalid=parts.invalid() aria-describedby=parts.described_by()/>
                <span>{label}</span>
            </label>
            {parts.hint_and_error()}
        </div>
    }
}

/// One answer of [`Choices`].
#[derive(Clone, Default)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// Its words.
    pub name: String,
    /// A second line; for a disabled one the reason.
    pub about: String,
    /// Its sign, on a card.
    pub icon: Option<Icon>,
    /// How loud and what stands beside its name, on a card.
    pub badge: Option<(Tone, &'static str)>,
    /// Whether it cannot be chosen now.
    pub disabled: bool,
}

/// One answer out of a few, all in sight: cards, or with `plain` a list of radios.
#[component]
pub fn Choices(
    name: &'static str,
    #[prop(into)] legend: String,
    choices: Vec<Choice>,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] hint: String,
    #[prop(optional)] plain: bool,
) -> impl IntoView {
    let form = expect_context::<FormState>();
    let parts = Parts::new(form, name, hint);
    let chosen = form.typed(name).unwrap_or(value);
    let boxes: Vec<_> = choices
        .into_iter()
        .map(|choice| {
            let checked = choice.value == chosen;
            let invalid = parts.invalid();
            let radio = view! {
                <input class="radio" type="radio" name=name value=choice.value.clone()
                    checked=checked disabled=choice.disabled aria-invalid=invalid
                    autofocus=form.is_first_wrong(name)/>
            };
            if plain {
                row(choice, radio).into_any()
            } else {
                card(choice, radio).into_any()
            }
        })
        .collect();
    view! {
        <fieldset class="field" id=parts.id.clone() aria-describedby=parts.described_by()>
            <legend>{legend}</legend>
            <div class=if plain { "stack" } else { "choices" } data-gap=plain.then_some("sm")>
                {boxes}
            </div>
            {parts.hint_and_error()}
        </fieldset>
    }
}

fn row(choice: Choice, radio: impl IntoView) -> impl IntoView {
    let about = (!choice.about.is_empty())
        .then(|| view! { <small>{choice.about.clone()}</small> }.into_any());
    view! { <label class="option">{radio}<span>{choice.name}{about}</span></label> }
}

fn card(choice: Choice, radio: impl IntoView) -> impl IntoView {
    view! { <label class="choice">{choice_look(choice)} {radio}</label> }
}

/// What a card shows of its choice.
pub fn choice_look(choice: Choice) -> impl IntoView {
    let tile = choice
        .icon
        .map(|icon| view! { <span class="tile"><Icon icon/></span> }.into_any());
    let badge = choice
        .badge
        .map(|(tone, word)| view! { <Badge tone capitals=true word/> }.into_any());
    view! {
        {tile}
        <span class="name">{choice.name} {badge}</span>
        <span class="about">{choice.about}</span>
    }
}

/// One sign out of a few.
#[component]
pub fn IconChoices(
    name: &'static str,
    #[prop(into)] legend: String,
    /// What is sent, and the sign.
    icons: Vec<(&'static str, Icon)>,
    #[prop(optional, into)] value: String,
) -> impl IntoView {
    let form = expect_context::<FormState>();
    let parts = Parts::new(form, name, String::new());
    let chosen = form.typed(name).unwrap_or(value);
    let boxes = icons.into_iter().map(|(value, icon)| {
        view! {
            <label>
                <input type="radio" name=name value=value checked=value == chosen
                    aria-label=value.replace('-', " ") aria-invalid=parts.invalid()
                    autofocus=form.is_first_wrong(name)/>
                <Icon icon/>
            </label>
        }
        .into_any()
    });
    let boxes = boxes.collect::<Vec<_>>();
    view! {
        <fieldset class="field" id=parts.id.clone() aria-describedby=parts.described_by()>
            <legend>{legend}</legend>
            <div class="icons">{boxes}</div>
            {parts.hint_and_error()}
        </fieldset>
    }
}
