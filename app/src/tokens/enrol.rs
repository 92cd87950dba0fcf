//! Enrolling a token: what its kind asks for, then what was made of it and the proof.
//!
//! What is made lives in the answer of the form that made it, and nowhere else: neither a load nor an
//! address ever holds it.

mod proof;
mod steps;
mod summary;

use domain::User;
use domain::tab::Choices as Types;
use domain::token_type::TokenType;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::call::{EnrolChoices, Made, ProveEnrolment, StartEnrolment};
use super::kind;
use crate::clock::{Clock, Seen};
use crate::problem::Problem;
use crate::ui::badge::Tone;
use crate::ui::focus::lead_to;
use crate::ui::form::{Form, PageForm, given, use_form};
use crate::ui::frame::{PageHeader, Topbar};
use crate::ui::icon::Icon;
use crate::ui::live::{effect, live};
use crate::ui::load::{Loaded, use_load_once};
use crate::ui::notice::Callout;
use crate::ui::problem::problem_page;
use crate::ui::title::Title;
use crate::{paths, text};
use proof::{about, proof};
use steps::chosen;
use summary::summary;

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
    let note = crate::users::disabled_note(&it.user)
        .map(|note| view! { <div class="notice">{note}</div> }.into_any());
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
        {topbar(&it.user, &token_type)}
        <PageHeader title=token_type.name lead/>
        {note}
        {body}
    }
    .into_any()
}

fn topbar(user: &User, token_type: &TokenType) -> impl IntoView + use<> {
    let above = vec![
        (paths::users(), "Users".to_owned()),
        (paths::tokens(user.id), user.display_name()),
        (paths::new_token(user.id), "Add new token".to_owned()),
    ];
    let title = format!("{} · New token · {}", token_type.name, user.display_name());
    view! {
        <Title text=title/>
        <Topbar above here=token_type.name.clone()/>
    }
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
    effect(move |_| {
        stage.track();
        lead_to("[aria-current=step] input");
    });
    keep_address(made, move |id| paths::enrolment(user, &slug, id));
    live(move || match stage.get() {
        None => describe(&it, &token_type, start).into_any(),
        Some((id, shown)) => {
            let made = made.get_untracked().filter(|_| shown);
            match about(&it, &id, made.as_ref()) {
                Some(about) => proof(&it, &token_type, prove, (id, about, made), &clock).into_any(),
                None => {
                    view! { <MadeSince user id token_type=token_type.clone() prove/> }.into_any()
                }
            }
        }
    })
}

/// An enrolment that was not there when the page was loaded: made by a form whose answer was lost
/// and which was sent again, or ended.
#[component]
fn MadeSince(
    user: domain::UserId,
    id: String,
    token_type: TokenType,
    prove: Form<Made>,
) -> impl IntoView {
    let load = use_load_once(move || EnrolChoices {
        user: user.to_string(),
    });
    let found = move |Seen { clock, it }: Seen<Types>| match about(&it, &id, None) {
        Some(about) => proof(&it, &token_type, prove, (id.clone(), about, None), &clock).into_any(),
        None => problem_page(Problem::new(
            410,
            "This enrolment has ended: proven, cancelled, too late, or wrong too often.",
        )),
    };
    view! {
        <Loaded load what="enrolment" let:seen>
            {found(seen)}
        </Loaded>
    }
}

/// A reload then shows the enrolment without its secret, and not an empty form.
fn keep_address(made: Memo<Option<Made>>, address: impl Fn(&str) -> String + 'static) {
    let navigate = use_navigate();
    effect(move |_| {
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
    let chosen = chosen(token_type, user);
    // Drawn by the form: a field looks for the form around it.
    let asks = {
        let (token_type, user) = (token_type.clone(), it.user.clone());
        move || kind::asks(&token_type, &user, String::new())
    };
    view! {
        <div class="page-body">
            <div class="columns">
                <PageForm form class="stack form" submit="Continue" cancel=paths::new_token(user)
                    cancel_label="Back">
                    {given("user", user.to_string())}
                    {given("slug", slug)}
                    <ol class="steps">
                        {chosen}
                        <li aria-current="step">{asks()}</li>
                    </ol>
                </PageForm>
                {summary(it, token_type, None, None)}
            </div>
        </div>
    }
}
