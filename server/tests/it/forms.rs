//! What a form owes to people, without a browser.

use app::problem::Problem;
use app::ui::form::Reply;
use app::wire;
use http::StatusCode;

use crate::demo::{PUBLIC_URL, demo, get, post, post_with};

const FN: &str = "_fn=%2Fcall%2Fdemo-save&_key=&request_id=r1";

#[tokio::test]
async fn a_form_is_plain_and_posts_to_its_own_page() {
    let page = get(demo(), "/demo").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("method=\"post\""), "{}", page.body);
    assert!(
        !page.body.contains("action="),
        "the address is the page's own"
    );
    assert!(page.body.contains("value=\"/call/demo-save\""));
    assert!(page.body.contains("name=\"request_id\" value=\"00000000-"));
    assert!(page.body.contains("value=\"first\""));
}

#[tokio::test]
async fn a_refused_form_comes_back_with_its_error_and_what_was_typed() {
    let body = format!(
        "{FN}&description=+&note=%0Aone%0A%22%3Cb%3E%26lt;&phone=b&last=yes&kind=hotp\
         &secret=hunter2hunter2&code=987654&outcome=keep%22me"
    );
    let page = post(demo(), "/demo", &body).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.header("cache-control"), "no-store");
    let html = &page.body;
    assert!(html.contains("Describe the device."), "{html}");
    assert!(html.contains("aria-invalid=\"true\""));
    assert!(html.contains("demo-save-description-error demo-save-description-hint"));
    assert!(html.contains("keep&quot;me"));
    assert!(
        html.contains(">\n\none\n\"&lt;b>&amp;lt;</textarea>"),
        "{html}"
    );
    for chosen in [
        "<option value=\"b\" selected",
        "value=\"yes\" checked",
        "value=\"hotp\" checked",
    ] {
        assert!(html.contains(chosen), "{chosen} in {html}");
    }
    assert!(
        !html.contains("value=\"first\""),
        "the emptied field stays empty"
    );
}

#[tokio::test]
async fn what_is_secret_does_not_come_back() {
    let body = format!("{FN}&description=&secret=hunter2hunter2&code=987654");
    let page = post(demo(), "/demo", &body).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.body.contains("Wrong code."));
    assert!(!page.body.contains("hunter2hunter2"));
    assert!(!page.body.contains("987654"));
}

#[tokio::test]
async fn every_answer_brings_a_new_request_id() {
    let page = post(demo(), "/demo", &format!("{FN}&description=")).await;
    assert!(!page.body.contains("value=\"r1\""));
    assert!(page.body.contains("name=\"request_id\" value=\"00000000-"));
}

#[tokio::test]
async fn a_conflict_keeps_what_was_typed() {
    let page = post(
        demo(),
        "/demo",
        &format!("{FN}&description=mine&outcome=conflict"),
    )
    .await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.body.contains("role=\"alert\""));
    assert!(page.body.contains("Changed meanwhile."));
    assert!(page.body.contains("value=\"mine\""));
}

#[tokio::test]
async fn a_done_form_leads_on_with_a_message_shown_once() {
    let answer = post(demo(), "/demo", &format!("{FN}&description=a")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.header("location"), "/demo/done");
    let cookie = answer.header("set-cookie").to_owned();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("Secure"),
        "{cookie}"
    );
    let (pair, _) = cookie.split_once(';').unwrap();
    let request = http::Request::get("/demo").header("cookie", pair);
    let response =
        tower::ServiceExt::oneshot(demo(), request.body(axum::body::Body::empty()).unwrap())
            .await
            .unwrap();
    assert!(
        response.headers()["set-cookie"]
            .to_str()
            .unwrap()
            .contains("Max-Age=0")
    );
    let body = axum::body::to_bytes(response.into_body(), usize::MAX)
        .await
        .unwrap();
    let body = String::from_utf8(body.to_vec()).unwrap();
    assert!(body.contains("Saved &amp; kept; äöü."), "{body}");
}

#[tokio::test]
async fn a_button_says_which_it_is() {
    let answer = post(demo(), "/demo", &format!("{FN}&description=a&do=cancel")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.header("location"), "/demo");
}

#[tokio::test]
async fn a_result_stands_in_the_answer_and_nowhere_else() {
    let answer = post(demo(), "/demo", &format!("{FN}&description=a&outcome=show")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(
        answer.body.contains("<output>JBSWY3DPEHPK3PXP"),
        "{}",
        answer.body
    );
    assert!(!get(demo(), "/demo").await.body.contains("JBSWY3DPEHPK3PXP"));
}

#[tokio::test]
async fn what_was_typed_cannot_become_code() {
    let tag = "%3C%2Fscript%3E%3C%2Ftextarea%3E%3Cimg+src%3Dx%3E";
    for (outcome, description) in [("echo", tag), ("", "")] {
        let body = format!("{FN}&outcome={outcome}&description={description}&note={tag}");
        let answer = post(demo(), "/demo", &body).await;
        assert_ne!(answer.status, StatusCode::SEE_OTHER);
        assert!(!answer.body.contains("<img"), "{}", answer.body);
    }
}

#[tokio::test]
async fn a_function_sets_cookies_and_never_leads_away() {
    let answer = post(
        demo(),
        "/demo",
        &format!("{FN}&description=a&outcome=cookie"),
    )
    .await;
    let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().collect();
    assert!(
        cookies
            .iter()
            .any(|cookie| cookie.as_bytes().starts_with(b"half=1")),
        "{cookies:?}"
    );
    let answer = post(demo(), "/demo", &format!("{FN}&description=a&outcome=away")).await;
    assert_eq!(answer.header("location"), "/");
}

#[tokio::test]
async fn the_same_content_is_the_same_in_any_order() {
    let asked = async |body: &str| {
        post(
            demo(),
            "/call/demo-save",
            &format!("outcome=content&{body}"),
        )
        .await
    };
    let one = asked("description=a&note=b&request_id=1").await.body;
    let two = asked("note=b&description=a&request_id=2&_key=x").await.body;
    let other = asked("note=bdescription&description=a").await.body;
    let one = wire::decode::<Reply<String>>(&one);
    let two = wire::decode::<Reply<String>>(&two);
    let other = wire::decode::<Reply<String>>(&other);
    assert!(matches!(&one, Ok(Reply::Show(content)) if !content.is_empty()));
    assert_eq!(one, two);
    assert_ne!(one, other);
}

#[tokio::test]
async fn in_place_a_refusal_has_the_status_of_its_problem() {
    let answer = post(demo(), "/call/demo-save", "description=").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let problem = wire::decode::<Problem>(&answer.body).unwrap();
    assert_eq!(problem.field("description"), Some("Describe the device."));
    assert!(answer.headers.get("serverfnerror").is_none());
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn only_our_own_pages_may_post() {
    let body = format!("{FN}&description=a");
    let own = [
        vec![("sec-fetch-site", "same-origin")],
        vec![("origin", PUBLIC_URL)],
        vec![("sec-fetch-site", "same-origin"), ("origin", "null")],
    ];
    for headers in own {
        let answer = post_with(demo(), "/demo", body.clone(), &headers).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{headers:?}");
    }
    let foreign = [
        vec![],
        vec![("sec-fetch-site", "cross-site"), ("origin", PUBLIC_URL)],
        vec![("sec-fetch-site", "same-site")],
        vec![("sec-fetch-site", "none")],
        vec![("origin", "https://evil.example")],
        vec![("origin", "null")],
        vec![("origin", "https://evil.example"), ("host", "evil.example")],
    ];
    for path in ["/demo", "/call/demo-save", "/nowhere"] {
        for headers in &foreign {
            let answer = post_with(demo(), path, body.clone(), headers).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {headers:?}");
        }
    }
}

#[tokio::test]
async fn only_server_functions_are_called() {
    for named in [
        "",
        "_fn=",
        "_fn=%2Fdemo",
        "_fn=%2Fcall%2Fnone",
        "_fn=%2Fcall%2F..%2Fdemo",
    ] {
        let answer = post(demo(), "/demo", &format!("{named}&description=a")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{named}");
    }
    assert_eq!(
        post(demo(), "/call/none", "").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        get(demo(), "/call/demo-save").await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
}

#[tokio::test]
async fn bad_input_is_refused_plainly() {
    let own = [("sec-fetch-site", "same-origin")];
    let cases: [(&[u8], StatusCode); 3] = [
        (b"description=%00", StatusCode::BAD_REQUEST),
        (b"description=%FF%FE", StatusCode::BAD_REQUEST),
        (&[b'a'; 64 * 1024 + 1], StatusCode::PAYLOAD_TOO_LARGE),
    ];
    for (body, status) in cases {
        for path in ["/demo", "/call/demo-save"] {
            let answer = post_with(demo(), path, body.to_vec(), &own).await;
            assert_eq!(answer.status, status, "{path}");
        }
    }
}

#[tokio::test]
async fn a_page_that_is_not_there_says_so() {
    for path in ["/nowhere", "/demo/loaded/2", "/users/1/tokens/a/b/c"] {
        let answer = get(demo(), path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.body.contains("Nothing here"), "{path}");
    }
    let answer = get(demo(), "/demo/loaded/1").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body.contains("<b>the one"), "{}", answer.body);
}
