// The curve of the Desk page: equity, and beside it what buying and holding the same markets would have come to.
