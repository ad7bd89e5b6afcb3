//! One certificate for one name, from the order to the chain.

use super::{
    super::{Certificates, Pair, Unusable},
    Trouble,
};
use instant_acme::{
    Account, AuthorizationStatus, ChallengeType, Identifier, NewOrder, Order, OrderStatus, RetryPolicy,
};
use rcgen::{CertificateParams, CustomExtension, DistinguishedName, KeyPair};
use rustls::{
    crypto::ring,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    sign::CertifiedKey,
};
use std::time::Duration;

/// How long an authority may take to look, from several places, whether a name is ours.
const LOOK: Duration = Duration::from_secs(90);

/// The chain and the key, both in PEM. Leaves the proof among the certificates.
pub async fn ordered(
    account: &Account,
    certificates: &Certificates,
    name: &str,
) -> Result<(String, String), Trouble> {
    let names = [Identifier::Dns(name.to_owned())];
    let mut order = account.new_order(&NewOrder::new(&names)).await?;
    prove(&mut order, certificates, name).await?;
    let patience = RetryPolicy::new().timeout(LOOK);
    if order.poll_ready(&patience).await? != OrderStatus::Ready {
        return Err(Trouble::NotOurs(why(&mut order).await));
    }
    let key = KeyPair::generate()?;
    let mut request = CertificateParams::new([name.to_owned()])?;
    request.distinguished_name = DistinguishedName::new();
    order.finalize_csr(request.serialize_request(&key)?.der()).await?;
    Ok((order.poll_certificate(&patience).await?, key.serialize_pem()))
}

async fn prove(order: &mut Order, certificates: &Certificates, name: &str) -> Result<(), Trouble> {
    let mut authorizations = order.authorizations();
    while let Some(authorization) = authorizations.next().await {
        let mut authorization = authorization?;
        if authorization.status == AuthorizationStatus::Valid {
            continue;
        }
        let way = ChallengeType::TlsAlpn01;
        let mut challenge = authorization.challenge(way.clone()).ok_or(Trouble::NoChallenge(way))?;
        let digest = challenge.key_authorization().digest();
        certificates.set_proof(name, Some(proof(name, digest.as_ref())?));
        challenge.set_ready().await?;
    }
    Ok(())
}

/// What an authority is shown: a certificate of nobody that carries the digest (RFC 8737, 3).
fn proof(name: &str, digest: &[u8]) -> Result<Pair, Trouble> {
    let key = KeyPair::generate()?;
    let mut certificate = CertificateParams::new([name.to_owned()])?;
    certificate.custom_extensions = vec![CustomExtension::new_acme_identifier(digest)];
    let certificate = certificate.self_signed(&key)?;
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let key = ring::sign::any_ecdsa_type(&key).map_err(Unusable::Unlike)?;
    // Not compared with the key: to read the certificate for that, one would have to know the extension, which is critical.
    Ok(Pair::of(CertifiedKey::new(vec![certificate.der().clone()], key)))
}

/// What the authority says about a name that it did not believe.
async fn why(order: &mut Order) -> String {
    let mut authorizations = order.authorizations();
    let mut reasons = Vec::new();
    while let Some(Ok(mut authorization)) = authorizations.next().await {
        if let Ok(state) = authorization.refresh().await {
            let errors = state.challenges.iter().filter_map(|challenge| challenge.error.as_ref());
            reasons.extend(errors.map(ToString::to_string));
        }
    }
    if reasons.is_empty() { "it gave no reason".to_owned() } else { reasons.join("; ") }
}
