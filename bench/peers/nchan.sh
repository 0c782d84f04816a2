#!/bin/sh
# nchan.sh PORT FOLDER: nginx with nchan; the room is the path, what is sent comes to everyone in it.
mkdir -p "$2"
cat > "$2/nginx.conf" <<CONF
load_module /usr/lib/nginx/modules/ngx_nchan_module.so;
daemon off;
worker_processes 1;
worker_rlimit_nofile 20000;
pid $2/pid;
error_log $2/error.log warn;
events { worker_connections 19000; }
http {
  access_log off;
  client_body_temp_path $2/body;
  proxy_temp_path $2/proxy;
  fastcgi_temp_path $2/fastcgi;
  uwsgi_temp_path $2/uwsgi;
  scgi_temp_path $2/scgi;
  nchan_shared_memory_size 256M;
  server {
    listen 127.0.0.1:$1;
    location ~ ^/(.+)\$ {
      nchan_pubsub websocket;
      nchan_channel_id \$1;
      nchan_message_buffer_length 256;
    }
  }
}
CONF
exec nginx -c "$2/nginx.conf" -p "$2"
