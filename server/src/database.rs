//! Which database a command works on: the one in the settings, else the private one.

use crate::{
    config::{Config, SecretUrl},
    embedded::{Durability, Embedded, StartError},
};

/// The database of one command.
pub enum Database {
    /// Somebody else's, named by `DATABASE_URL`.
    Given {
        /// For the service.
        service: SecretUrl,
        /// For migrations; the service's own where no other login is set.
        owner: SecretUrl,
    },
    /// Ours, in the data folder.
    Embedded(Embedded),
}

impl Database {
    /// For the server: the private database, if it is that, must be ours alone.
    pub async fn serve(config: &Config) -> Result<Self, StartError> {
        match Self::given(config) {
            Some(given) => Ok(given),
            None => {
                let embedded = Embedded::start(&config.data_dir, Durability::Durable).await?;
                Ok(Self::Embedded(embedded))
            }
        }
    }

    /// For a command on the side: uses the private database of a running server, or starts it.
    pub async fn visit(config: &Config) -> Result<Self, StartError> {
        match Self::serve(config).await {
            Err(StartError::InUse { .. }) => {
                Ok(Self::Embedded(Embedded::join(&config.data_dir).await?))
            }
            other => other,
        }
    }

    fn given(config: &Config) -> Option<Self> {
        let service = config.database_url.clone()?;
        let owner = config
            .owner_database_url
            .clone()
            .unwrap_or_else(|| service.clone());
        Some(Self::Given { service, owner })
    }

    /// Whether it is the private one, where demo data may be made.
    pub fn is_embedded(&self) -> bool {
        matches!(self, Self::Embedded(_))
    }

    /// Where the service connects. Holds a password: never for a log.
    pub fn service_url(&self) -> String {
        match self {
            Self::Given { service, .. } => service.expose().to_owned(),
            Self::Embedded(embedded) => embedded.service_url(),
        }
    }

    /// Where migrations connect. Holds a password: never for a log.
    pub fn owner_url(&self) -> String {
        match self {
            Self::Given { owner, .. } => owner.expose().to_owned(),
            Self::Embedded(embedded) => embedded.owner_url(),
        }
    }

    /// Ends what was started for this command.
    pub async fn stop(self) {
        if let Self::Embedded(embedded) = self {
            embedded.stop().await;
        }
    }
}
