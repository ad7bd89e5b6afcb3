//! A real ACME authority for tests, Let's Encrypt's `pebble`, with the name server that comes with it: every name leads
//! to this machine. Gone when dropped.

use super::require::Missing;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use serde_json::json;
use std::{
    fs,
    net::{SocketAddr, TcpListener, UdpSocket},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tokio::{
    net::TcpStream,
    time::{sleep, timeout},
};

const NAME: &str = "pebble";

/// The authority.
#[derive(Debug)]
pub struct Pebble {
    authority: Child,
    names: (Child, SocketAddr),
    folder: tempfile::TempDir,
    port: u16,
    management: u16,
}

impl Pebble {
    /// Starts an authority that looks for names at this port.
    pub async fn start(tls_port: u16) -> Result<Self, Missing> {
        drop(rustls::crypto::ring::default_provider().install_default());
        if !["pebble", "pebble-challtestsrv"].into_iter().all(is_here) {
            return Err(Missing::new(NAME, "install it: apt-get install --no-install-recommends pebble"));
        }
        let broken = |why: std::io::Error| Missing::broken(NAME, why.to_string());
        let pebble = Self::spawn(tls_port).map_err(broken)?;
        let up = async {
            while pebble.root().await.is_none() || TcpStream::connect(pebble.names.1).await.is_err() {
                sleep(Duration::from_millis(50)).await;
            }
        };
        timeout(Duration::from_secs(20), up)
            .await
            .map_err(|_| Missing::broken(NAME, "it does not answer"))?;
        Ok(pebble)
    }

    fn spawn(tls_port: u16) -> std::io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let broken = std::io::Error::other;
        let mut root = CertificateParams::new(Vec::<String>::new()).map_err(broken)?;
        root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let root =
            CertifiedIssuer::self_signed(root, KeyPair::generate().map_err(broken)?).map_err(broken)?;
        let key = KeyPair::generate().map_err(broken)?;
        let own = CertificateParams::new(["localhost".to_owned()]).map_err(broken)?;
        let own = own.signed_by(&key, &root).map_err(broken)?;
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).map(|()| path)
        };
        file("roots.pem", &root.pem())?;
        let (port, management, http) = (free_port()?, free_port()?, free_port()?);
        let settings = json!({"pebble": {
            "listenAddress": format!("127.0.0.1:{port}"),
            "managementListenAddress": format!("127.0.0.1:{management}"),
            "certificate": file("own.pem", &own.pem())?,
            "privateKey": file("own.key", &key.serialize_pem())?,
            "httpPort": http, "tlsPort": tls_port,
            "ocspResponderURL": "", "externalAccountBindingRequired": false,
        }});
        let settings = file("pebble.json", &settings.to_string())?;
        let names = UdpSocket::bind("127.0.0.1:0")?.local_addr()?;
        let quiet = |program: &str| {
            let mut command = Command::new(program);
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            command
        };
        let mut server = quiet("pebble-challtestsrv");
        server
            .args(["-http01", "", "-https01", "", "-tlsalpn01", "", "-defaultIPv6", ""])
            .args(["-dns01", &names.to_string(), "-defaultIPv4", "127.0.0.1"])
            .args(["-management", &format!("127.0.0.1:{}", free_port()?)]);
        let names_server = server.spawn()?;
        let mut authority = quiet("pebble");
        authority
            .args(["-strict", "-config", &settings.display().to_string(), "-dnsserver", &names.to_string()])
            // No pause before it looks. Some nonces are refused, as authorities may.
            .env("PEBBLE_VA_NOSLEEP", "1");
        Ok(Self { authority: authority.spawn()?, names: (names_server, names), folder, port, management })
    }

    /// Where it is asked.
    pub fn directory(&self) -> String {
        format!("https://localhost:{}/dir", self.port)
    }

    /// The file with the authority of its own server's certificate.
    pub fn roots(&self) -> PathBuf {
        self.folder.path().join("roots.pem")
    }

    /// The root of what it issues, in PEM.
    pub async fn root(&self) -> Option<String> {
        let trusted = reqwest::Certificate::from_pem(&fs::read(self.roots()).ok()?).ok()?;
        let client = reqwest::Client::builder().no_proxy().tls_certs_only([trusted]).build().ok()?;
        let url = format!("https://localhost:{}/roots/0", self.management);
        client.get(url).send().await.ok()?.error_for_status().ok()?.text().await.ok()
    }
}

impl Drop for Pebble {
    fn drop(&mut self) {
        for child in [&mut self.authority, &mut self.names.0] {
            drop(child.kill());
            drop(child.wait());
        }
    }
}

/// Whether a program can be started.
pub fn is_here(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// A port that nobody listens on.
pub fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
