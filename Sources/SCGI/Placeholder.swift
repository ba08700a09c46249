// SCGI
