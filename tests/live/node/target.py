# A web server that says who asks, and an echo for packets; for the target host of the tests.
import http.server
import socket
import sys
import threading
import time


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        slow = self.path.startswith("/slow/")
        size = int(self.path.rsplit("/", 1)[1]) if self.path[-1].isdigit() else 0
        body = self.client_address[0].encode() if self.path == "/who" else None
        self.send_response(200)
        self.send_header("Content-Length", str(len(body) if body else size))
        self.end_headers()
        if body:
            self.wfile.write(body)
        chunk = b"x" * 131072
        while size > 0:
            self.wfile.write(chunk[:size])
            size -= len(chunk)
            if slow:
                time.sleep(0.125)

    def log_message(self, *_):
        pass


def echo(host):
    packets = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    packets.bind((host, 9001))
    while True:
        data, peer = packets.recvfrom(65536)
        packets.sendto(data, peer)


threading.Thread(target=echo, args=(sys.argv[1],), daemon=True).start()
http.server.ThreadingHTTPServer((sys.argv[1], 9000), Answer).serve_forever()
