use super::*;
use nexa_core::{memory::MemoryStorage, secret::Keys};
use poem::test::TestClient;

fn desk(draining: &Draining) -> TestClient<impl Endpoint<Output = Response>> {
    let nexa = Nexa::builder(Arc::new(MemoryStorage::new()), Keys::new([1; 32])).build();
    TestClient::new(routes(&nexa, Arc::new(nexa.gauges()), draining.clone(), Arc::new(String::new), &[]))
}

#[tokio::test]
async fn who_stops_is_alive_and_not_ready() {
    let draining = Draining::default();
    let client = desk(&draining);
    client.get(READY).send().await.assert_status_is_ok();
    draining.begin();
    client.get(READY).send().await.assert_status(StatusCode::SERVICE_UNAVAILABLE);
    client.get(LIVE).send().await.assert_status_is_ok();
    let page = client.get(METRICS).send().await;
    let page = page.0.into_body().into_string().await.unwrap();
    assert!(page.contains("\nnexa_draining 1\n"), "{page}");
}

#[tokio::test]
async fn every_metric_has_a_name_before_it_has_a_value() {
    let page = desk(&Draining::default()).get(METRICS).send().await;
    let page = page.0.into_body().into_string().await.unwrap();
    for metric in [metric::METRICS, counted::METRICS].concat() {
        assert!(page.contains(&format!("# TYPE {} ", metric.name)), "{}", metric.name);
    }
}
