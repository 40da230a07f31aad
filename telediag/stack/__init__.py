"""The local stack: everything that telediag needs to run on one machine, without an installed server.

`make demo`, `make run` and the tests use it. Where DATABASE_URL or REDIS_URL name a server, that server is used and
nothing is started in its place.
"""
