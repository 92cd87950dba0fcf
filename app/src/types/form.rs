//! The form of one type, beside the list.

use domain::token_type::DescriptionRule;
use domain::type_settings::{Language, Settings, TypeIcon, TypeRow};
use leptos::prelude::*;

use super::call::EditTokenType;
use super::ending::ending;
use super::list::grouped;
use super::preview::{Look, preview};
use crate::clock::Clock;
use crate::tokens::kind;
use crate::ui::form::{Field, Form, Hidden, IconChoices, PageForm, Select, Tick, given, use_form};
use crate::ui::icon::Icon;
use crate::ui::live::heard;
use crate::{paths, text};

/// What may be changed of a type, and how it will look.
pub(super) fn drawer(row: &TypeRow, all: &[TypeRow], clock: &Clock) -> AnyView {
    let token_type = &row.token_type;
    let form = use_form::<EditTokenType>(&token_type.slug);
    let tokens = match row.tokens {
        1 => "1 token".to_owned(),
        tokens => format!("{} tokens", grouped(tokens)),
    };
    let about = format!("{}, {tokens}", kind::name(token_type.kind));
    let look = RwSignal::new(Look::of(token_type));
    // what is typed shows in the preview; without JavaScript it shows what is saved
    let on_input = move |event: web_sys::Event| {
        let field = event_target::<web_sys::HtmlInputElement>(&event);
        look.update(|look| look.take(&field.name(), field.value()));
    };
    view! {
        <aside class="drawer" aria-labelledby="type-title">
            <header>
                <span class="tile"><Icon icon=text::type_icon(&token_type.icon)/></span>
                <div>
                    <h2 id="type-title">{token_type.name.clone()}</h2>
                    <p>{about}</p>
                </div>
                <a class="btn" data-variant="ghost" data-icon="" data-size="sm"
                    href=paths::token_types() aria-label="Close">
                    <Icon icon=Icon::X/>
                </a>
            </header>
            <div class="body stack" data-gap="lg" on:input=heard(on_input)>
                {preview(token_type, look, clock)}
                {fields(form, row, all, clock)}
            </div>
        </aside>
    }
    .into_any()
}

fn fields(form: Form, row: &TypeRow, all: &[TypeRow], clock: &Clock) -> AnyView {
    let (settings, seen) = (row.settings.clone(), row.version);
    // whoever was told of another version saves over that one
    let version = Signal::derive(move || {
        let told = form.problem().and_then(|problem| problem.version);
        told.unwrap_or(seen).to_string()
    });
    let ending = ending(row, all, clock);
    let slug = row.token_type.slug.clone();
    let inner = move || {
        view! {
            {names(&settings)}
            <IconChoices name="icon" legend="Icon" icons=icons() value=settings.icon.as_str()/>
            <Field name="position" label="Order" required=true maxlength=3
                value=settings.position.to_string() hint="Smaller numbers come first."/>
            <Select name="description" label="Description of the device" options=rules()
                value=settings.description.as_str()/>
            <Field name="maximum" label="At most per user" optional=true maxlength=3
                value=settings.maximum.map(|it| it.to_string()).unwrap_or_default()
                hint="1 to 100. Empty: no limit. Tokens that exist stay."/>
            <Tick name="enrollable" label="Operators may add it on behalf of a user"
                ticked=settings.enrollable/>
        }
        .into_any()
    };
    view! {
        <PageForm form submit="Save" cancel=paths::token_types() class="stack">
            {given("slug", slug)}
            <Hidden name="version" value=version/>
            {inner()}
            {ending()}
        </PageForm>
    }
    .into_any()
}

/// Name and help text in each language; English must have a name.
fn names(settings: &Settings) -> AnyView {
    let named = |language| {
        let named = settings.named(language);
        let name = named.map(|it| it.name.as_str().to_owned());
        let help = named.map(|it| it.help.as_str().to_owned());
        (name.unwrap_or_default(), help.unwrap_or_default())
    };
    let fields = Language::ALL.map(|language| {
        let (name, help, word) = match language {
            Language::English => ("name_en", "help_en", "English"),
            Language::German => ("name_de", "help_de", "German"),
            Language::French => ("name_fr", "help_fr", "French"),
        };
        let needed = language == Language::English;
        let (name_now, help_now) = named(language);
        view! {
            <Field name=name label=format!("Name in {word}") value=name_now maxlength=80
                required=needed optional=!needed/>
            <Field name=help label=format!("Help text in {word}") value=help_now maxlength=200
                optional=true/>
        }
        .into_any()
    });
    Vec::from(fields).into_any()
}

fn icons() -> Vec<(&'static str, Icon)> {
    TypeIcon::ALL
        .into_iter()
        .map(|it| (it.as_str(), text::type_icon(it.as_str())))
        .collect()
}

/// What a type asks of the description.
pub(super) fn rule(rule: DescriptionRule) -> &'static str {
    match rule {
        DescriptionRule::Hidden => "Not asked for",
        DescriptionRule::Optional => "May be empty",
        DescriptionRule::Required => "Required",
    }
}

fn rules() -> Vec<(String, String)> {
    DescriptionRule::ALL
        .into_iter()
        .map(|rule| (rule.as_str().to_owned(), self::rule(rule).to_owned()))
        .collect()
}
