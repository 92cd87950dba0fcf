//! From where a request comes: the peer, or whom a trusted proxy names.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use http::{Extensions, HeaderMap};

use crate::config::Proxies;

/// The nearest address that is not a proxy of ours. Nobody else's `X-Forwarded-For` is believed.
pub fn address(trusted: &Proxies, headers: &HeaderMap, extensions: &Extensions) -> Option<IpAddr> {
    let ConnectInfo(peer) = extensions.get::<ConnectInfo<SocketAddr>>()?;
    let mut nearest = peer.ip();
    for hop in forwarded(headers).rev() {
        if !trusted.contains(nearest) {
            break;
        }
        let Ok(hop) = hop.parse() else { break };
        nearest = hop;
    }
    Some(nearest)
}

fn forwarded(headers: &HeaderMap) -> impl DoubleEndedIterator<Item = &str> {
    headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(',').map(str::trim))
        .collect::<Vec<_>>()
        .into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(trusted: &str, forwarded: &[&'static str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().expect("a header"));
        }
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::from(([10, 0, 0, 1], 50_000))));
        let trusted = trusted.parse().expect("proxies");
        address(&trusted, &headers, &extensions).map_or_else(String::new, |it| it.to_string())
    }

    #[test]
    fn only_a_trusted_proxy_is_believed_and_only_about_its_own_peer() {
        assert_eq!(seen("", &["203.0.113.9"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.2", &["203.0.113.9"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &["6.6.6.6, 203.0.113.9"]), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &["6.6.6.6", "203.0.113.9"]), "203.0.113.9");
        let two = ["6.6.6.6, 203.0.113.9, 10.0.0.7"];
        assert_eq!(seen("10.0.0.0/8", &two), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &["nonsense"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
    }
}
