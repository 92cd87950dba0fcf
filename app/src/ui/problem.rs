//! A problem as a whole page: signed out, forbidden, not found, out of reach, broken.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::page::page;
use crate::paths;
use crate::problem::Problem;
use crate::ui::action::Dialog;
use crate::ui::frame::{InFrame, Topbar};
use crate::ui::notice::{Art, Empty};
use crate::ui::title::Title;

/// To whoever sent a form in a session that had ended.
const SEND_AGAIN: &str = "To keep what was typed, sign in in another window, then load this page \
                          again: the form is sent once more.";

/// Shows the problem in place of the page and, on the server, answers with its status.
pub fn problem_page(problem: Problem) -> AnyView {
    let framed = use_context::<InFrame>().is_some() && use_context::<Dialog>().is_none();
    let title = title(problem.status);
    let topbar = framed.then(|| view! { <Topbar above=Vec::new() here=title/> }.into_any());
    view! {
        {topbar}
        {said(problem)}
    }
    .into_any()
}

fn said(problem: Problem) -> AnyView {
    answer_with(problem.status);
    let title = title(problem.status);
    let here = use_location();
    let address = {
        let search = here.search.get_untracked();
        let path = here.pathname.get_untracked();
        if search.is_empty() {
            path
        } else {
            format!("{path}?{search}")
        }
    };
    let way_on = match problem.status {
        401 => view! {
            <a class="btn" data-variant="primary" href=paths::sign_in(&address)>"Sign in"</a>
        }
        .into_any(),
        403 | 404 | 410 => view! { <a class="btn" href=paths::users()>"Users"</a> }.into_any(),
        _ => view! {
            <a class="btn" data-variant="primary" href=address rel="external">"Try again"</a>
        }
        .into_any(),
    };
    // what a form is told of sending again makes no sense of a page
    let words = match problem.status {
        500 => "Something went wrong on our side.".to_owned(),
        502..=504 => "Look at the connection, then try again.".to_owned(),
        // a plain form's page, whose fields the browser alone still has
        401 if page().was_posted() => format!("{} {SEND_AGAIN}", problem.message),
        _ => problem.message,
    };
    let report = (!problem.trace_id.is_empty()).then(|| {
        view! {
            <small>
                "If it happens again, report " <span class="code">{problem.trace_id.clone()}</span>
            </small>
        }
        .into_any()
    });
    view! {
        <Title text=title/>
        <div class="page-body" role="alert">
            <Empty art=art(problem.status) title text=words whole_page=true>
                {way_on}
                {report}
            </Empty>
        </div>
    }
    .into_any()
}

fn art(status: u16) -> Art {
    match status {
        401 => Art::SignedOut,
        403 => Art::Forbidden,
        404 | 410 => Art::NotFound,
        409 => Art::Changed,
        502..=504 => Art::Offline,
        _ => Art::Failed,
    }
}

fn title(status: u16) -> &'static str {
    match status {
        401 => "You were signed out",
        403 => "You may not see this",
        404 | 410 => "Nothing here",
        502..=504 => "The server cannot be reached",
        _ => "This page could not be loaded",
    }
}

/// As [`problem_page`], where no frame stands around it.
pub fn problem_alone(problem: Problem) -> AnyView {
    view! { <main class="page">{said(problem)}</main> }.into_any()
}

#[cfg(feature = "ssr")]
fn answer_with(status: u16) {
    let status = http::StatusCode::from_u16(status);
    if let (Some(response), Ok(status)) = (use_context::<leptos_axum::ResponseOptions>(), status) {
        response.set_status(status);
    }
}

#[cfg(not(feature = "ssr"))]
fn answer_with(_: u16) {}
