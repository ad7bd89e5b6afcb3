//! The panel itself: that every version the adapter is tested with really runs here.

use serde_json::Value;

use super::hiddify::HiddifyPanel;
use super::require::found;

#[tokio::test]
async fn every_panel_version_starts_answers_and_stops() {
    drop(rustls::crypto::ring::default_provider().install_default());
    for version in HiddifyPanel::versions() {
        let test = format!("live::panel: HiddifyPanel {version}");
        let Some(panel) = found(&test, HiddifyPanel::start(&version).await) else { continue };
        assert_eq!(panel.version, version);
        let url = format!("{}/{}/api/v2/panel/info/", panel.base_url, panel.admin_proxy_path);
        let http = reqwest::Client::builder().no_proxy().timeout(std::time::Duration::from_secs(10)).build();
        let http = http.unwrap();
        let ask = || http.get(&url).header("Hiddify-API-Key", &panel.admin_uuid).send();
        let info: Value = ask().await.unwrap().json().await.unwrap();
        assert_eq!(info["version"], version.as_str());
        assert_eq!(panel.sql("select count(*) from admin_user where id=1").await.unwrap(), "1");

        panel.seed(3).await.unwrap();
        let uuid = panel.sql("select uuid from user order by id desc limit 1").await.unwrap();
        panel.usage(&uuid, 5_000_000).await.unwrap();
        let counted = format!("select current_usage from user where uuid='{uuid}'");
        assert_eq!(panel.sql(&counted).await.unwrap(), "5000000");

        panel.freeze().await.unwrap();
        assert!(ask().await.unwrap_err().is_timeout());
        panel.thaw().await.unwrap();
        assert_eq!(ask().await.unwrap().status(), 200);

        let address = panel.base_url.trim_start_matches("http://").to_owned();
        drop(panel);
        let refused = tokio::net::TcpStream::connect(&address).await.map(drop);
        assert_eq!(refused.unwrap_err().kind(), std::io::ErrorKind::ConnectionRefused);
    }
}
