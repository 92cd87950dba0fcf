//! Enrolling an app: describe the device, show the secret once, take the proof.
//!
//! The secret lives in the answer of the form that made it, and nowhere else: neither a load nor an
//! address ever holds it.

use domain::enrolment::Enrolment;
use domain::tab::Choices as Types;
use domain::token_type::{DescriptionRule, TokenType};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::call::{EnrolChoices, Made, ProveEnrolment, StartEnrolment};
use super::head;
use super::secret::{again, scan};
use crate::clock::{Clock, Seen};
use crate::problem::Problem;
use crate::ui::badge::Tone;
use crate::ui::form::{Field, FieldKind, Form, Hidden, PageForm, SubmitButton, Weight, use_form};
use crate::ui::frame::PageHeader;
use crate::ui::icon::Icon;
use crate::ui::load::{Loaded, use_load_once};
use crate::ui::notice::Callout;
use crate::ui::problem::problem_page;
use crate::ui::time::near;
use crate::{paths, text};

/// The form of one type, and the proof of what it made.
#[component]
pub fn EnrolToken(user: String, slug: String) -> impl IntoView {
    let load = use_load_once(move || EnrolChoices { user: user.clone() });
    view! {
        <Loaded load what="token type" let:seen>
            {page(seen, &slug)}
        </Loaded>
    }
}

fn page(Seen { clock, it }: Seen<Types>, slug: &str) -> AnyView {
    let Some((token_type, blocked)) = it.types.iter().find(|(t, _)| t.slug == slug).cloned() else {
        return problem_page(Problem::not_found());
    };
    let lead = format!("New token for {}", it.user.display_name());
    let body = match blocked {
        Some(why) => {
            let why = text::enrol_blocked(&why);
            view! {
                <div class="page-body">
                    <Callout tone=Tone::Warning icon=Icon::TriangleAlert>
                        <p>{why}</p>
                        <a class="btn" data-size="sm" href=paths::new_token(it.user.id)>
                            "Choose another type"
                        </a>
                    </Callout>
                </div>
            }
            .into_any()
        }
        None => steps(it.clone(), token_type.clone(), clock),
    };
    view! {
        {head::topbar(&it.user, "Add new token")}
        <PageHeader title=token_type.name lead/>
        {body}
    }
    .into_any()
}

/// The enrolment that the page is at: its id, and whether its secret is in the answer.
type Stage = Option<(String, bool)>;

fn steps(it: Types, token_type: TokenType, clock: Clock) -> AnyView {
    let start = use_form::<StartEnrolment>("");
    let prove = use_form::<ProveEnrolment>("");
    // what was made last; a wrong proof afterwards leaves it where it stands
    let made = Memo::new(move |before: Option<&Option<Made>>| {
        prove
            .shown()
            .or_else(|| start.shown())
            .or_else(|| before.cloned().flatten())
    });
    let query = use_query_map();
    let stage: Memo<Stage> = Memo::new(move |_| match made.get() {
        Some(made) => Some((made.enrolment, true)),
        None => query.get().get("enrolment").map(|id| (id, false)),
    });
    let (user, slug) = (it.user.id, token_type.slug.clone());
    keep_address(made, move |id| paths::enrolment(user, &slug, id));
    (move || match stage.get() {
        None => describe(&it, &token_type, start).into_any(),
        Some((id, shown)) => {
            let waiting = it
                .enrolments
                .iter()
                .find(|enrolment| enrolment.id.to_string() == id);
            if !shown && waiting.is_none() {
                return problem_page(Problem::new(
                    410,
                    "This enrolment has ended: proven, cancelled, too late, or wrong too often.",
                ));
            }
            proof(&it, &token_type, (prove, made), (id, waiting), &clock).into_any()
        }
    })
    .into_any()
}

/// A reload then shows the enrolment without its secret, and not an empty form.
fn keep_address(made: Memo<Option<Made>>, address: impl Fn(&str) -> String + 'static) {
    let navigate = use_navigate();
    Effect::new(move |_| {
        if let Some(made) = made.get() {
            let options = NavigateOptions {
                replace: true,
                scroll: false,
                ..NavigateOptions::default()
            };
            navigate(&address(&made.enrolment), options);
        }
    });
}

fn describe(it: &Types, token_type: &TokenType, form: Form<Made>) -> impl IntoView + use<> {
    let (user, slug) = (it.user.id, token_type.slug.clone());
    let hint = format!(
        "Helps {} to choose a token. The secret is made in the next step and shown once.",
        text::first_name(&it.user)
    );
    // Drawn by the form: a field looks for the form around it.
    let rule = token_type.description;
    let field = move || match rule {
        DescriptionRule::Hidden => None,
        rule => {
            let optional = rule == DescriptionRule::Optional;
            Some(view! {
                <Field name="description" label="Describe the device" hint=hint maxlength=60
                    optional required=!optional autofocus=true/>
            })
        }
    };
    view! {
        <div class="page-body columns">
            <PageForm form submit="Continue" cancel=paths::new_token(user) cancel_label="Back">
                <input type="hidden" name="user" value=user.to_string()/>
                <input type="hidden" name="slug" value=slug/>
                {field()}
            </PageForm>
            {summary(it, token_type, None, None)}
        </div>
    }
}

fn proof(
    it: &Types,
    token_type: &TokenType,
    (form, made): (Form<Made>, Memo<Option<Made>>),
    (id, waiting): (String, Option<&Enrolment>),
    clock: &Clock,
) -> impl IntoView + use<> {
    let (user, name) = (it.user.id, text::first_name(&it.user));
    let who = it.user.display_name();
    let secret = made.get_untracked().map(|made| made.secret);
    let scan = secret.map(|secret| scan(&secret, token_type, &name, &who));
    let (slug, digits) = (token_type.slug.clone(), token_type.digits.get());
    let address = paths::enrolment(user, &slug, &id);
    let ends = waiting.map(|waiting| near(clock.at(waiting.ends_at), clock.now()));
    let description = waiting.map(|waiting| waiting.description.clone());
    view! {
        <div class="page-body columns">
            <PageForm form class="stack form-wide" action=address>
                <input type="hidden" name="user" value=user.to_string()/>
                <input type="hidden" name="slug" value=slug/>
                <Hidden name="enrolment" value=Signal::stored(id)/>
                <ol class="steps">
                    // Its button is the form's, so the form draws it.
                    {match scan {
                        Some(scan) => scan.into_any(),
                        None => again().into_any(),
                    }}
                    <li aria-current="step">
                        <Field name="code" label="Enter the code the app shows"
                            kind=FieldKind::Code(digits)
                            hint="Proves that the app and the server agree." required=true/>
                    </li>
                </ol>
                <div class="form-end">
                    <SubmitButton weight=Weight::Primary>
                        "Confirm token"
                    </SubmitButton>
                    <SubmitButton weight=Weight::Plain name="then" value="cancel" skip_checks=true>
                        "Cancel enrolment"
                    </SubmitButton>
                </div>
            </PageForm>
            {summary(it, token_type, description, ends)}
        </div>
    }
}

fn summary(
    it: &Types,
    token_type: &TokenType,
    description: Option<String>,
    ends: Option<String>,
) -> impl IntoView + use<> {
    let fact = |name: &'static str, words: String| {
        view! { <div><dt>{name}</dt><dd>{words}</dd></div> }
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
