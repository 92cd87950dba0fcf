//! A page with one form of every kind of field, behind the console's own doors.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::SystemTime;

use app::page::{Notice, Page};
use app::problem::Problem;
use app::request::{NewId, caller};
use app::ui::form::{
    Choice, Choices, Field, FieldKind, FormResult, PageForm, Reply, Select, SubmitButton, TextArea,
    Tick, done, use_form,
};
use app::ui::load::{Loaded, use_load};
use app::ui::problem::problem_page;
use axum::Router;
use axum::body::{Body, to_bytes};
use http::{HeaderMap, Request, Response, StatusCode};
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::SsrMode;
use leptos_router::components::{Route, Router as Pages_, Routes};
use leptos_router::path;
use server::router::{Doors, Pages, build};
use tower::ServiceExt;

/// The console's own address in these tests.
pub const PUBLIC_URL: &str = "https://desk.example.org";

/// Answers by what was typed into `outcome`.
#[server(prefix = "/call", endpoint = "demo-save", output = app::wire::Wire)]
pub async fn save_demo(
    #[server(default)] outcome: String,
    #[server(default)] description: String,
    #[server(default)] code: String,
    #[server(default)] r#do: String,
) -> FormResult<String> {
    let asked = caller()?;
    let mut problem = Problem::invalid();
    if description.trim().is_empty() {
        problem = problem.at("description", "Describe the device.");
    }
    if !code.is_empty() && code != "123456" {
        problem = problem.at("code", "Wrong code.");
    }
    problem.or(())?;
    match outcome.as_str() {
        "show" => Ok(Reply::Show("JBSWY3DPEHPK3PXP".to_owned())),
        "conflict" => Err(Problem::conflict("Changed meanwhile.")),
        "away" => done("//evil.example", None),
        "cookie" => {
            let cookie = http::HeaderValue::from_static("half=1; Path=/; HttpOnly");
            expect_context::<leptos_axum::ResponseOptions>()
                .append_header(http::header::SET_COOKIE, cookie);
            done("/demo", Some(Notice::new("Saved.", "")))
        }
        "echo" => Ok(Reply::Show(description)),
        "content" => Ok(Reply::Show(format!("{:?}", asked.content))),
        "panic" => panic!("as asked"),
        _ if r#do == "cancel" => done("/demo", Some(Notice::new("Cancelled.", ""))),
        _ => done("/demo/done", Some(Notice::new("Saved & kept; äöü.", ""))),
    }
}

/// A page's data, or 404.
#[server(prefix = "/call", endpoint = "demo-load", output = app::wire::Wire)]
pub async fn load_demo(id: String) -> Result<String, Problem> {
    if id == "1" {
        Ok("the one".to_owned())
    } else {
        Err(Problem::not_found())
    }
}

#[component]
fn DemoPage() -> impl IntoView {
    let form = use_form::<SaveDemo>("");
    let phones = vec![
        ("a".to_owned(), "A".to_owned()),
        ("b".to_owned(), "B".to_owned()),
    ];
    let card = |value: &str| Choice {
        value: value.into(),
        name: value.into(),
        ..Choice::default()
    };
    view! {
        <p id="notice">{move || page_notice()}</p>
        <PageForm form submit="Save" cancel="/demo">
            <Field name="description" label="Description" hint="Shown to people." value="first"/>
            <Field name="secret" label="Password" kind=FieldKind::Password/>
            <Field name="code" label="Code" kind=FieldKind::Code(6)/>
            <TextArea name="note" label="Note"/>
            <Select name="phone" label="Phone" options=phones/>
            <Tick name="last" label="I know"/>
            <Choices name="kind" legend="Kind" choices=vec![card("totp"), card("hotp")]/>
            <Field name="outcome" label="Outcome"/>
            <SubmitButton name="do" value="cancel">"Cancel enrolment"</SubmitButton>
        </PageForm>
        <output>{move || form.shown()}</output>
    }
}

fn page_notice() -> Option<String> {
    app::page::page().notice.get().map(|notice| notice.title)
}

#[component]
fn LoadedPage() -> impl IntoView {
    let params = leptos_router::hooks::use_params_map();
    let load = use_load(move || LoadDemo {
        id: params.read().get("id").unwrap_or_default(),
    });
    view! { <Loaded load what="demo" let:text><b>{text}</b></Loaded> }
}

#[component]
fn BrokenPage() -> impl IntoView {
    if true {
        panic!("as asked");
    }
}

#[component]
fn Demo() -> impl IntoView {
    provide_meta_context();
    Page::provide();
    view! {
        <Pages_>
            <Routes fallback=|| problem_page(Problem::not_found())>
                <Route path=path!("/demo") view=DemoPage ssr=SsrMode::Async/>
                <Route path=path!("/demo/loaded/:id") view=LoadedPage ssr=SsrMode::Async/>
                <Route path=path!("/demo/broken") view=BrokenPage ssr=SsrMode::Async/>
            </Routes>
        </Pages_>
    }
}

fn new_id() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!(
        "00000000-0000-4000-8000-{:012}",
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}

fn doors(site: &str) -> Doors {
    let leptos = LeptosOptions::builder()
        .output_name("tokendesk")
        .site_root(site)
        .build();
    Doors {
        leptos,
        public_url: PUBLIC_URL.into(),
        trusted_proxies: server::config::Proxies::default(),
        now: || SystemTime::UNIX_EPOCH,
        new_id: NewId(new_id),
        provide: Arc::new(|| ()),
    }
}

/// The pages of this process's tests: the console, and the demo. Both lists of routes are made once and
/// before any page, for while one is made, no page of the process loads anything, and it would never end.
pub static ALL_PAGES: LazyLock<(Pages, Pages)> = LazyLock::new(|| {
    let demo = Pages {
        document: |options| app::document_of(options, || view! { <Demo/> }.into_any()).into_any(),
        routes: leptos_axum::generate_route_list(Demo),
    };
    (Pages::console(), demo)
});

/// The demo page's doors.
pub fn demo() -> Router {
    demo_with("target/none")
}

/// The same, with the files of a folder.
pub fn demo_with(site: &str) -> Router {
    build(doors(site), &ALL_PAGES.1, Router::new())
}

/// An answer, read to its end.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

pub async fn read(response: Response<Body>) -> Answer {
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let body = String::from_utf8(body.to_vec()).unwrap();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body,
    }
}

pub async fn get(router: Router, path: &str) -> Answer {
    get_with(router, path, &[]).await
}

pub async fn get_with(router: Router, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::empty()).unwrap();
    read(router.oneshot(request).await.unwrap()).await
}

/// A post from our own pages.
pub async fn post(router: Router, path: &str, body: &str) -> Answer {
    post_with(
        router,
        path,
        body.to_owned(),
        &[("sec-fetch-site", "same-origin")],
    )
    .await
}

pub async fn post_with(
    router: Router,
    path: &str,
    body: impl Into<Body>,
    headers: &[(&str, &str)],
) -> Answer {
    let mut request =
        Request::post(path).header("content-type", "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    read(
        router
            .oneshot(request.body(body.into()).unwrap())
            .await
            .unwrap(),
    )
    .await
}
