-- What an application says of its own client's address stands apart from `address`, which the service saw.

alter table audit add column client_address text;
