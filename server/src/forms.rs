//! How forms reach server functions: in place under `/call/…`, or by a post to the page's own
//! address, which runs the same function and answers 303 or the page with its answer.

mod origin;
mod read;

pub use origin::same_origin;
pub use read::BODY_LIMIT;

use std::sync::Arc;

use app::ask::decode;
use app::page::{Notice, PageState, Posted, Typed};
use app::paths::is_local;
use app::problem::Problem;
use app::request::Asked;
use app::ui::form::Outcome;
use app::wire::{self, WireText};
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, LOCATION, RETRY_AFTER, SET_COOKIE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use leptos::prelude::{AnyView, LeptosOptions, provide_context};
use leptos::server_fn::ContentType;
use leptos::server_fn::axum::server_fn_paths;
use leptos_axum::{handle_server_fns_with_context, render_app_async_with_context};

use crate::headers::{TraceId, page_policy, plain_page};
use crate::notice;
use crate::router::Doors;
use read::{Fields, content, read};

/// Carries a function's error; set by Leptos, read here, sent nowhere.
const FAILED: &str = "serverfnerror";

type Document = fn(LeptosOptions) -> AnyView;

/// A server function, called by the browser's code.
pub async fn call(State(doors): State<Doors>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    if !is_function(&path) {
        return refused(&Problem::not_found());
    }
    match read(&parts, body).await {
        Ok((bytes, fields)) => run(&doors, &parts, &path, bytes, &fields).await,
        Err(problem) => refused(&problem),
    }
}

/// A page, or the page that says there is none.
pub async fn page(doors: Doors, document: Document, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let notice = notice::read(&parts.headers);
    let shown = notice.is_some();
    let state = PageState {
        posted: None,
        notice,
    };
    let mut response = render(&doors, document, parts, state, Typed::default()).await;
    if shown {
        response.headers_mut().append(SET_COOKIE, notice::spent());
    }
    response
}

/// A form, posted to the address of its own page.
pub async fn page_post(doors: Doors, document: Document, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let trace_id = parts
        .extensions
        .get::<TraceId>()
        .map(|id| id.0.clone())
        .unwrap_or_default();
    let (bytes, fields) = match read(&parts, body).await {
        Ok(read) => read,
        Err(problem) => return unreadable(&problem, &trace_id),
    };
    let field = |name| {
        fields
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, it)| it.clone())
    };
    let Some(function) = field("_fn").filter(|function| is_function(function)) else {
        return unreadable(&Problem::new(400, "The form was incomplete."), &trace_id);
    };
    let key = field("_key").unwrap_or_default();
    let answer = run(&doors, &parts, &function, bytes, &fields).await;
    let (answered, body) = answer.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return unreadable(&Problem::broken(trace_id.clone()), &trace_id);
    };
    let body = String::from_utf8_lossy(&body).into_owned();
    if let Some((to, notice)) = leads_to(answered.status, &body) {
        return see_other(&doors, &to, notice.as_ref(), &answered.headers);
    }
    let ok = answered.status.is_success();
    let posted = Posted {
        path: function,
        key,
        ok,
        body,
    };
    let state = PageState {
        posted: Some(posted),
        notice: None,
    };
    let mut page = render(&doors, document, parts, state, Typed(fields)).await;
    if page.status() == StatusCode::OK {
        *page.status_mut() = answered.status;
    }
    copy_cookies(&answered.headers, page.headers_mut());
    if let Some(later) = answered.headers.get(RETRY_AFTER) {
        page.headers_mut().insert(RETRY_AFTER, later.clone());
    }
    page
}

async fn render(
    doors: &Doors,
    document: Document,
    mut parts: Parts,
    state: PageState,
    typed: Typed,
) -> Response {
    let asked = doors.asked(&parts);
    let context = doors.context(asked);
    let options = doors.leptos.clone();
    parts.method = Method::GET;
    let page = render_app_async_with_context(
        move || {
            provide_context(state.clone());
            provide_context(typed.clone());
            context();
            page_policy();
        },
        move || document(options.clone()),
    );
    let mut response = page(Request::from_parts(parts, Body::empty())).await;
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Runs a server function as the browser's code would call it, and gives its failure the status
/// of its [`Problem`].
async fn run(
    doors: &Doors,
    parts: &Parts,
    function: &str,
    body: Bytes,
    fields: &Fields,
) -> Response {
    let Ok(uri) = function.parse::<Uri>() else {
        return refused(&Problem::not_found());
    };
    let mut request = Request::new(Body::from(body));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = uri;
    *request.headers_mut() = parts.headers.clone();
    // Asked for JSON, it never answers with a redirect that holds what was typed.
    request
        .headers_mut()
        .insert(ACCEPT, HeaderValue::from_static("application/json"));
    let asked = Asked {
        request_id: fields
            .iter()
            .find(|(name, _)| name == "request_id")
            .map(|it| it.1.clone()),
        content: Arc::new(content(function, fields)),
        ..doors.asked(parts)
    };
    let trace_id = asked.trace_id.clone();
    let answer = handle_server_fns_with_context(doors.context(asked), request).await;
    finish(answer.into_response(), &trace_id).await
}

async fn finish(answer: Response, trace_id: &str) -> Response {
    let (mut parts, body) = answer.into_parts();
    parts
        .headers
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if parts.headers.remove(FAILED).is_none() {
        return Response::from_parts(parts, body);
    }
    let problem = match to_bytes(body, BODY_LIMIT).await {
        Ok(body) => decode::<Problem>(&String::from_utf8_lossy(&body)).ok(),
        Err(_) => None,
    };
    let mut problem = problem.unwrap_or_else(|| Problem::broken(trace_id));
    if problem.status == 500 && problem.trace_id.is_empty() {
        problem.trace_id = trace_id.to_owned();
    }
    let mut response = refused(&problem);
    copy_cookies(&parts.headers, response.headers_mut());
    response
}

fn is_function(path: &str) -> bool {
    server_fn_paths().any(|(known, method)| known == path && method == Method::POST)
}

fn leads_to(status: StatusCode, body: &str) -> Option<(String, Option<Notice>)> {
    if !status.is_success() {
        return None;
    }
    Outcome::of(body)
}

fn see_other(doors: &Doors, to: &str, notice: Option<&Notice>, from: &HeaderMap) -> Response {
    let to = if is_local(to) { to } else { "/" };
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    if let Ok(to) = HeaderValue::from_str(to) {
        headers.insert(LOCATION, to);
    }
    if let Some(notice) = notice {
        let secure = doors.public_url.starts_with("https://");
        headers.extend(notice::cookie(notice, secure).map(|cookie| (SET_COOKIE, cookie)));
    }
    copy_cookies(from, headers);
    response
}

fn copy_cookies(from: &HeaderMap, to: &mut HeaderMap) {
    for cookie in from.get_all(SET_COOKIE) {
        to.append(SET_COOKIE, cookie.clone());
    }
}

fn refused(problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = match wire::encode(problem) {
        Ok(body) => (status, [(CONTENT_TYPE, WireText::CONTENT_TYPE)], body).into_response(),
        Err(_) => status.into_response(),
    };
    if let Some(seconds) = problem.retry_after {
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn unreadable(problem: &Problem, trace_id: &str) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::BAD_REQUEST);
    plain_page(
        status,
        "The form could not be read",
        &problem.message,
        trace_id,
    )
}
