//! Loads what a page shows: one concrete resource of an answer’s text under a thin typed handle, and the
//! three things that can come of it: still loading, the page, or a problem as the page.

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use postcard_schema::Schema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::problem::{problem_alone, problem_page};
use crate::ask::{Answer, AnswerText, Asking, ask, decode, fields};
use crate::page::page;
use crate::problem::Problem;
use crate::ui::live::{effect, live};

/// A page's main data, on its way or here.
pub struct Load<T> {
    resource: Resource<Answer, AnswerText>,
    loaded: PhantomData<fn() -> T>,
}

impl<T> Clone for Load<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Load<T> {}

/// Calls `input`'s server function now, whenever `input` changes, and after every deed done on
/// the page: what is looked at stays true.
pub fn use_load<F>(input: impl Fn() -> F + Send + Sync + 'static) -> Load<F::Output>
where
    F: ServerFn<Error = Problem> + Serialize + 'static,
    F::Output: Serialize + DeserializeOwned + Schema,
{
    load(input, true)
}

/// As [`use_load`], but not again after a deed: for what a form stands on, which must not be
/// built anew under somebody's hands.
pub fn use_load_once<F>(input: impl Fn() -> F + Send + Sync + 'static) -> Load<F::Output>
where
    F: ServerFn<Error = Problem> + Serialize + 'static,
    F::Output: Serialize + DeserializeOwned + Schema,
{
    load(input, false)
}

fn load<F>(input: impl Fn() -> F + Send + Sync + 'static, follows: bool) -> Load<F::Output>
where
    F: ServerFn<Error = Problem> + Serialize + 'static,
    F::Output: Serialize + DeserializeOwned + Schema,
{
    let input = Arc::new(input);
    let source = {
        let input = Arc::clone(&input);
        Box::new(move || fields(&input()))
    };
    let fetch = Arc::new(move || ask(untrack(|| input())));
    Load {
        resource: resource(source, fetch, follows),
        loaded: PhantomData,
    }
}

/// Everything of a load that does not depend on its type.
fn resource(
    source: Box<dyn Fn() -> String + Send + Sync>,
    fetch: Arc<dyn Fn() -> Asking + Send + Sync>,
    follows: bool,
) -> Resource<Answer, AnswerText> {
    let page = page();
    // Whether the server could not be reached, and at which of its returns it was asked again.
    let unreached = StoredValue::new(false);
    let return_seen = StoredValue::new(0);
    Resource::new_with_options(
        move || {
            let returns = page.returns.get();
            if unreached.get_value() {
                return_seen.set_value(returns);
            }
            let deeds = if follows { page.deeds.get() } else { 0 };
            (source(), deeds, return_seen.get_value())
        },
        move |_| {
            let asking = fetch();
            async move {
                let answer = asking.await;
                let lost = answer.as_ref().is_err_and(Problem::is_unreached);
                unreached.try_update_value(|it| *it = lost);
                if lost {
                    page.offline.try_set(true);
                }
                answer
            }
        },
        false,
    )
}

/// Shows what was loaded: a skeleton while it takes long, the children with the value, or the
/// [`Problem`] as the page.
#[component]
pub fn Loaded<T, F, V>(
    /// From [`use_load`].
    load: Load<T>,
    /// What is loading, for screen readers: "users".
    what: &'static str,
    /// Whether a problem stands without a frame.
    #[prop(optional)]
    alone: bool,
    /// The page, given the value.
    children: F,
) -> impl IntoView
where
    T: DeserializeOwned + Schema + 'static,
    F: Fn(T) -> V + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let render = move |body: &str| Ok(children(decode::<T>(body)?).into_any());
    let problem = if alone { problem_alone } else { problem_page };
    loaded(load.resource, what, problem, Arc::new(render))
}

type Render = Arc<dyn Fn(&str) -> Result<AnyView, Problem> + Send + Sync>;

fn loaded(
    resource: Resource<Answer, AnswerText>,
    what: &'static str,
    problem: fn(Problem) -> AnyView,
    render: Render,
) -> AnyView {
    let part = move || {
        let render = Arc::clone(&render);
        Suspend::new(async move {
            resource
                .await
                .and_then(|body| render(&body))
                .unwrap_or_else(problem)
        })
    };
    // On the server it is loaded once, and must not be drawn each time that Leptos looks for what it waits for.
    #[cfg(feature = "ssr")]
    let part = part();
    view! {
        <Transition fallback=move || view! { <Waiting what/> }.into_any()>
            {part}
        </Transition>
    }
    .into_any()
}

/// The skeleton; nothing for the first 300 ms, for most answers are faster than that.
#[component]
pub fn Waiting(
    /// What is loading: "users".
    what: &'static str,
) -> impl IntoView {
    let late = RwSignal::new(false);
    effect(move |_| {
        let show = move || {
            let _gone = late.try_set(true);
        };
        if let Ok(timer) = set_timeout_with_handle(show, Duration::from_millis(300)) {
            on_cleanup(move || timer.clear());
        }
    });
    view! {
        <div role="status" aria-busy="true">
            {live(move || late.get().then(|| view! {
                <span class="visually-hidden">{format!("Loading {what}")}</span>
                <div class="page-body stack" aria-hidden="true">
                    <span class="skeleton"></span>
                    <span class="skeleton"></span>
                    <span class="skeleton" data-w="sm"></span>
                </div>
            }.into_any()))}
        </div>
    }
}
