/** Of a request that a web server passes on in FastCGI; the path is what was asked, a header names the script. */
export const fastCgiMethod = 'FCGI'
