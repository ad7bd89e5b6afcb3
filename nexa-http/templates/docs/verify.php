function is_ours(string $secret, array $headers, string $body): bool {
    $sent = (int) $headers['webhook-timestamp'];
    if (abs(time() - $sent) > 300) return false;  // an old message that somebody sends again
    $key = base64_decode(preg_replace('/^whsec_/', '', $secret));
    $mac = hash_hmac('sha256', "{$headers['webhook-id']}.$sent.$body", $key, true);
    $own = 'v1,' . base64_encode($mac);
    foreach (explode(' ', $headers['webhook-signature']) as $one) {
        if (hash_equals($own, $one)) return true;
    }
    return false;
}
