//! How forms reach server functions: in place under `/call/…`, or by a post to the page's own
//! address, which runs the same function and answers 303 or the page with its answer.

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
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, LOCATION, ORIGIN, SET_COOKIE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use leptos::prelude::{AnyView, LeptosOptions, provide_context};
use leptos::server_fn::ContentType;
use leptos::server_fn::axum::server_fn_paths;
use leptos_axum::{handle_server_fns_with_context, render_app_async_with_context};
use tokio::time::timeout;

use crate::headers::{TraceId, page_policy, plain_page};
use crate::listen::BODY_TIMEOUT;
use crate::notice;
use crate::router::Doors;

/// The most that a form may hold, in bytes.
pub const BODY_LIMIT: usize = 64 * 1024;

/// Carries a function's error; set by Leptos, read here, sent nowhere.
const FAILED: &str = "serverfnerror";

type Document = fn(LeptosOptions) -> AnyView;

/// A form's fields, in the order they were sent.
type Fields = Vec<(String, String)>;

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

/// Reads a form whole, or says why it cannot be one.
async fn read(parts: &Parts, body: Body) -> Result<(Bytes, Fields), Problem> {
    let kind = parts
        .headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    if !kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded")) {
        return Err(Problem::new(415, "This is not a form."));
    }
    let body = timeout(BODY_TIMEOUT, to_bytes(body, BODY_LIMIT))
        .await
        .map_err(|_| Problem::new(408, "The form did not arrive in time. Nothing was changed."))?
        .map_err(|_| Problem::new(413, "This is more than a form may hold."))?;
    let fields: Fields = form_urlencoded::parse(&body).into_owned().collect();
    let broken = |text: &str| text.contains(['\0', char::REPLACEMENT_CHARACTER]);
    if fields
        .iter()
        .any(|(name, value)| broken(name) || broken(value))
    {
        return Err(Problem::new(
            400,
            "The form holds characters that no text has.",
        ));
    }
    Ok((body, fields))
}

/// What a `request_id` stands for: the function and its fields in one order, each with its length
/// before it, so that no two contents look alike.
fn content(function: &str, fields: &Fields) -> Vec<u8> {
    let mut sorted: Vec<_> = fields
        .iter()
        .filter(|(name, _)| !name.starts_with('_') && name != "request_id")
        .collect();
    sorted.sort();
    let mut content = Vec::new();
    let mut add = |text: &str| {
        content.extend_from_slice(&(text.len() as u64).to_be_bytes());
        content.extend_from_slice(text.as_bytes());
    };
    add(function);
    for (name, value) in sorted {
        add(name);
        add(value);
    }
    content
}

fn leads_to(status: StatusCode, body: &str) -> Option<(String, Option<Notice>)> {
    if !status.is_success() {
        return None;
    }
    match decode::<Outcome>(body) {
        Ok(Outcome::Done { to, notice }) => Some((to, notice)),
        Err(_) => None,
    }
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
    match wire::encode(problem) {
        Ok(body) => (status, [(CONTENT_TYPE, WireText::CONTENT_TYPE)], body).into_response(),
        Err(_) => status.into_response(),
    }
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

/// Refuses what another site made the browser send. Reads are free; everything else must come
/// from our own pages.
pub async fn same_origin(State(doors): State<Doors>, request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads || is_ours(request.headers(), &doors.public_url) {
        return next.run(request).await;
    }
    let text = "This form was sent from another site. Nothing was changed.";
    plain_page(StatusCode::FORBIDDEN, "Not from here", text, "")
}

/// By what the browser says of itself; `Host` is the sender's to choose and decides nothing.
fn is_ours(headers: &HeaderMap, public_url: &str) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin";
    }
    headers
        .get(ORIGIN)
        .is_some_and(|origin| origin == public_url)
}
