//! What every response carries.

use http::StatusCode;

use crate::demo::{demo, get, post, post_with};

#[tokio::test]
async fn every_response_carries_its_policy_and_number() {
    let foreign = post_with(demo(), "/demo", "", &[]).await;
    let answers = [
        get(demo(), "/demo").await,
        get(demo(), "/nowhere").await,
        get(demo(), "/demo/broken").await,
        get(demo(), "/pkg/none.css").await,
        get(demo(), "/call/demo-save").await,
        post(demo(), "/call/demo-save", "description=").await,
        foreign,
    ];
    for answer in answers {
        let status = answer.status;
        let policy = answer.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'"),
            "{status}: {policy}"
        );
        assert!(policy.contains("frame-ancestors 'none'"));
        assert!(!policy.contains("unsafe-inline"));
        assert_eq!(answer.header("referrer-policy"), "same-origin");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(answer.header("cache-control"), "no-store", "{status}");
        assert!(
            answer
                .header("strict-transport-security")
                .starts_with("max-age=31536000")
        );
        assert_eq!(answer.header("x-trace-id").len(), 36);
    }
}

#[tokio::test]
async fn every_script_of_a_page_has_the_policy_s_nonce() {
    let page = get(demo(), "/demo").await;
    let policy = page.header("content-security-policy");
    let nonce = policy
        .split("'nonce-")
        .nth(1)
        .unwrap()
        .split('\'')
        .next()
        .unwrap();
    let scripts = page.body.matches("<script").count();
    assert!(scripts > 0);
    assert!(page.body.matches(&format!("nonce=\"{nonce}\"")).count() >= scripts);
    assert!(!page.body.contains("style=\""));
    assert_ne!(
        policy,
        get(demo(), "/demo").await.header("content-security-policy")
    );
}

#[tokio::test]
async fn a_panic_is_one_page_with_its_number() {
    for answer in [
        get(demo(), "/demo/broken").await,
        post(
            demo(),
            "/demo",
            "_fn=%2Fcall%2Fdemo-save&description=a&outcome=panic",
        )
        .await,
        post(demo(), "/call/demo-save", "description=a&outcome=panic").await,
    ] {
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
        let number = answer.header("x-trace-id");
        assert!(answer.body.contains(number), "{}", answer.body);
        assert!(!answer.body.contains("as asked"));
    }
}
