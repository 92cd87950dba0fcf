//! Where browsers find the console.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    str::FromStr,
};

use http::Uri;

/// Scheme, host and port, without a path. Plain http only for this very machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    https: bool,
    origin: String,
}

impl PublicUrl {
    /// The origin as browsers send it, such as `https://desk.example.org`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Where a browser on this machine finds a server that listens on `address`.
    pub(super) fn on_this_machine(address: SocketAddr) -> Self {
        let host = match address.ip() {
            // A loopback address of its own: the name would lead to another.
            ip if ip.is_loopback() && ip != Ipv4Addr::LOCALHOST && ip != Ipv6Addr::LOCALHOST => {
                ip.to_string()
            }
            _ => "localhost".to_owned(),
        };
        let origin = match address.port() {
            80 => format!("http://{host}"),
            port => format!("http://{host}:{port}"),
        };
        Self {
            https: false,
            origin,
        }
    }

    /// Whether browsers come by TLS; decides the session cookie's name and the `Secure` mark.
    pub fn is_https(&self) -> bool {
        self.https
    }
}

impl FromStr for PublicUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const SHAPE: &str = "must be an address such as https://desk.example.org";
        let uri: Uri = text.parse().map_err(|_| SHAPE)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(SHAPE);
        };
        let https = match scheme {
            "https" => true,
            "http" => false,
            _ => return Err(SHAPE),
        };
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err("must not have a path: the console stands at the root of its host");
        }
        if authority.as_str().contains('@') {
            return Err("must not have a user name");
        }
        let host = authority.host().to_ascii_lowercase();
        if !https && !is_this_machine(&host) {
            return Err("must begin with https:// (plain http is for localhost only)");
        }
        let default_port = if https { 443 } else { 80 };
        let origin = match authority.port_u16() {
            Some(port) if port != default_port => format!("{scheme}://{host}:{port}"),
            Some(_) => format!("{scheme}://{host}"),
            None if authority.as_str().len() == host.len() => format!("{scheme}://{host}"),
            None => return Err("has a port that is no number up to 65535"),
        };
        Ok(Self { https, origin })
    }
}

fn is_this_machine(host: &str) -> bool {
    let address = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_what_browsers_send() {
        for (written, origin) in [
            ("https://Desk.example.org/", "https://desk.example.org"),
            ("https://desk.example.org:443", "https://desk.example.org"),
            (
                "https://desk.example.org:8443",
                "https://desk.example.org:8443",
            ),
            ("http://localhost:3000", "http://localhost:3000"),
            ("http://127.0.0.2", "http://127.0.0.2"),
            ("http://[::1]:3000", "http://[::1]:3000"),
        ] {
            let url: PublicUrl = written.parse().expect(written);
            assert_eq!(url.origin(), origin);
            assert_eq!(url.is_https(), origin.starts_with("https"));
        }
    }

    #[test]
    fn others_are_refused() {
        for written in [
            "",
            "desk.example.org",
            "/users",
            "ftp://desk.example.org",
            "https://desk.example.org/console",
            "https://desk.example.org/?a=b",
            "https://me@desk.example.org",
            "https://desk.example.org:99999",
            "http://desk.example.org",
            "http://10.0.0.1",
        ] {
            assert!(written.parse::<PublicUrl>().is_err(), "{written}");
        }
    }
}
