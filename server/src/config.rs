//! Every setting, read once and typed: from one TOML file and from variables, which win.
//!
//! A setting `time_zone` is the key `time_zone` of the file and the variable
//! `TOKENDESK_TIME_ZONE`; only the database's address has the name that everybody gives it,
//! `DATABASE_URL`. What is not known is refused by its name: a misspelt setting must not be silent.

mod network;
mod public_url;
mod raw;
mod secret_url;

use std::{
    env, fs, io,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use jiff::tz::TimeZone;

pub use network::{Network, Proxies};
pub use public_url::PublicUrl;
pub use raw::ConfigError;
pub use secret_url::SecretUrl;

use raw::Raw;

/// The file that is read where none is named, if it exists.
const DEFAULT_FILE: &str = "tokendesk.toml";
/// The variable that names the file; the option `--config` wins.
const FILE_VARIABLE: &str = "TOKENDESK_CONFIG";

/// Every setting.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the server listens.
    pub listen: SocketAddr,
    /// Where browsers find it: what links and origin checks are made of.
    pub public_url: PublicUrl,
    /// The service's database; without one a private PostgreSQL is started.
    pub database_url: Option<SecretUrl>,
    /// The same database with the login of the tables' owner, for migrations.
    pub owner_database_url: Option<SecretUrl>,
    /// Where the private database, the key ring and the demo's secrets are kept.
    pub data_dir: PathBuf,
    /// The key ring.
    pub key_file: PathBuf,
    /// Where operators without a zone of their own are, and where a day such as Expires ends.
    pub time_zone: TimeZone,
    /// Whose word about the client's address is believed.
    pub trusted_proxies: Proxies,
    /// What is logged: directives such as `info,sqlx=warn`.
    pub log: String,
    /// What the browser is sent: the folder with `pkg/`.
    pub site_root: PathBuf,
}

impl Config {
    /// Reads the file named by `file`, by `TOKENDESK_CONFIG`, or `tokendesk.toml` if there is one,
    /// and the variables of this process.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let named = file
            .map(Path::to_owned)
            .or_else(|| env::var_os(FILE_VARIABLE).map(Into::into));
        let path = named.clone().unwrap_or_else(|| DEFAULT_FILE.into());
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if named.is_none() && error.kind() == io::ErrorKind::NotFound => {
                String::new()
            }
            Err(source) => return Err(ConfigError::File { path, source }),
        };
        // A variable that is not UTF-8 cannot be one of ours.
        let variables = env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        Self::read(&path, &text, variables)
    }

    /// Reads the text of a file and variables; `path` is only for messages.
    pub fn read(
        path: &Path,
        text: &str,
        variables: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut raw = Raw::from_file(path, text)?;
        raw.add_variables(variables.filter(|(name, _)| name != FILE_VARIABLE))?;
        let data_dir = raw
            .parsed("data_dir")?
            .unwrap_or_else(|| PathBuf::from("data"));
        let default_zone = || TimeZone::UTC;
        let listen = raw
            .parsed("listen")?
            .unwrap_or(([127, 0, 0, 1], 3000).into());
        Ok(Self {
            listen,
            public_url: raw
                .parsed("public_url")?
                .unwrap_or_else(|| PublicUrl::on_this_machine(listen)),
            database_url: raw.parsed("database_url")?,
            owner_database_url: raw.parsed("owner_database_url")?,
            key_file: raw
                .parsed("key_file")?
                .unwrap_or_else(|| data_dir.join("keys.toml")),
            data_dir,
            time_zone: raw
                .with("time_zone", time_zone)?
                .unwrap_or_else(default_zone),
            trusted_proxies: raw.parsed("trusted_proxies")?.unwrap_or_default(),
            log: raw
                .with("log", log_filter)?
                .unwrap_or_else(|| "info".to_owned()),
            site_root: raw.parsed("site_root")?.unwrap_or_else(default_site_root),
        })
    }
}

fn time_zone(name: &str) -> Result<TimeZone, String> {
    TimeZone::get(name).map_err(|_| format!("no such time zone: {name}; try Europe/Zurich"))
}

fn log_filter(directives: &str) -> Result<String, String> {
    match tracing_subscriber::EnvFilter::try_new(directives) {
        Ok(_) => Ok(directives.to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// `site` beside the binary, as it is installed; else what a build in the source tree makes.
fn default_site_root() -> PathBuf {
    let beside = env::current_exe()
        .ok()
        .and_then(|path| Some(path.parent()?.join("site")));
    match beside {
        Some(site) if site.join("pkg").is_dir() => site,
        _ => PathBuf::from("target/site"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
        let variables = variables
            .iter()
            .map(|&(name, value)| (name.to_owned(), value.to_owned()));
        Config::read(Path::new("x.toml"), text, variables).map_err(|error| error.to_string())
    }

    fn refusal(text: &str, variables: &[(&str, &str)]) -> String {
        read(text, variables).expect_err("it was taken")
    }

    #[test]
    fn nothing_configured_is_a_working_configuration() {
        let config = read("", &[("HOME", "/root")]).expect("defaults");
        assert_eq!(config.listen.to_string(), "127.0.0.1:3000");
        assert_eq!(config.public_url.origin(), "http://localhost:3000");
        assert_eq!(config.key_file, Path::new("data/keys.toml"));
        assert!(config.database_url.is_none());
        assert!(!config.trusted_proxies.contains([127, 0, 0, 1].into()));
    }

    #[test]
    fn a_variable_wins_over_the_file() {
        let file = "listen = '127.0.0.1:1'\ntime_zone = 'Europe/Zurich'\ndata_dir = '/srv/td'";
        let config = read(file, &[("TOKENDESK_LISTEN", "127.0.0.1:2")]).expect("good");
        assert_eq!(config.listen.port(), 2);
        assert_eq!(config.time_zone.iana_name(), Some("Europe/Zurich"));
        assert_eq!(config.key_file, Path::new("/srv/td/keys.toml"));
    }

    #[test]
    fn another_port_is_in_the_address_too() {
        for (listen, origin) in [
            ("127.0.0.1:3010", "http://localhost:3010"),
            ("[::1]:3010", "http://localhost:3010"),
            ("0.0.0.0:80", "http://localhost"),
            ("127.0.0.2:3010", "http://127.0.0.2:3010"),
        ] {
            let config = read("", &[("TOKENDESK_LISTEN", listen)]).expect("good");
            assert_eq!(config.public_url.origin(), origin);
        }
    }

    #[test]
    fn an_empty_variable_is_none() {
        assert!(
            read("", &[("DATABASE_URL", "")])
                .expect("good")
                .database_url
                .is_none()
        );
    }

    #[test]
    fn what_is_unknown_is_named() {
        assert!(refusal("lisen = '127.0.0.1:1'", &[]).contains("x.toml: unknown setting `lisen`"));
        let refusal = refusal("", &[("TOKENDESK_LISEN", "127.0.0.1:1")]);
        assert!(
            refusal.contains("unknown variable TOKENDESK_LISEN"),
            "{refusal}"
        );
    }

    #[test]
    fn a_bad_value_is_named_with_its_source() {
        let refusal = refusal("", &[("TOKENDESK_LISTEN", "here")]);
        assert!(refusal.starts_with("TOKENDESK_LISTEN: "), "{refusal}");
        assert!(self::refusal("time_zone = 'Mars'", &[]).starts_with("x.toml, time_zone: "));
        assert!(self::refusal("listen = 3", &[]).contains("must be a text"));
        assert!(self::refusal("log = 'a=b=c'", &[]).starts_with("x.toml, log: "));
    }

    #[test]
    fn proxies_are_a_list_in_both_places() {
        let file = read("trusted_proxies = ['10.0.0.0/8', '::1']", &[]).expect("good");
        let variable = read("", &[("TOKENDESK_TRUSTED_PROXIES", "10.0.0.0/8, ::1")]).expect("good");
        for config in [file, variable] {
            assert!(config.trusted_proxies.contains([10, 1, 2, 3].into()));
            assert!(!config.trusted_proxies.contains([11, 1, 2, 3].into()));
        }
    }

    #[test]
    fn no_password_is_shown() {
        let url = [("DATABASE_URL", "postgres://td:hunter2@db/td")];
        let config = read("", &url).expect("good");
        assert!(!format!("{config:?}").contains("hunter2"));
        let refusal = refusal("", &[("DATABASE_URL", "mysql://td:hunter2@db/td")]);
        assert!(
            !refusal.contains("hunter2") && refusal.starts_with("DATABASE_URL: "),
            "{refusal}"
        );
    }
}
